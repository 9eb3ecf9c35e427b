import { formatIssue } from '../../domain/issue.ts';
import { type PlanVersion, planStateNames } from '../../domain/plan.ts';
import type { CommandContext } from '../context.ts';
import { shortDigest } from '../describe.ts';
import { type KnownPlans, knownPlans } from '../known-plans.ts';
import { renderTable } from '../table.ts';
import { issueOf } from '../targets.ts';

/** Every version of an issue's plan: who wrote it when, and where it stands. */
export async function listPlans(context: CommandContext, _: object, words: readonly string[]): Promise<void> {
  const issue = await issueOf(context, words);
  const known = await knownPlans(context, issue);
  const lines = known.versions.map((plan) => ({ plan, state: stateOf(plan, known) }));
  const name = formatIssue(issue);
  context.out.data(
    lines.map(({ plan: { text, ...plan }, state }) => ({ ...plan, state, hasText: text !== null })),
    () =>
      lines.length === 0
        ? `${name} has no plan yet: ghw issues plan ${name}`
        : renderTable(
            ['version', 'digest', 'state', 'written by', 'at'],
            lines.map(({ plan, state }) => [
              String(plan.version),
              shortDigest(plan.digest),
              state,
              plan.author,
              plan.createdAt,
            ]),
            { width: context.out.width, head: context.out.colors.bold },
          ),
  );
}

function stateOf({ version }: PlanVersion, { summary, versions }: KnownPlans): string {
  if (version !== versions.at(-1)?.version) return 'superseded';
  return `${planStateNames[summary.plan.state]}${summary.plan.stale ? ', stale' : ''}`;
}
