import { escapeMarkdown } from '../describe.ts';
import type { CycleState, PhaseResult } from './cycle.ts';
import { phaseBanners } from './phases.ts';

/** One line about a phase, for people. */
export function describePhase(result: PhaseResult): string {
  const skipped = Object.entries(result.skipped).map(([reason, count]) => `${count} skipped (${reason})`);
  const parts = [
    `${result.done} done`,
    count(result.failed, 'failed'),
    count(result.waitingForPerson, 'waiting for a person'),
    count(result.alreadyRunning, 'already running'),
    count(result.stillRunning, 'still running'),
    count(result.notStarted, 'left for the next cycle'),
    ...skipped,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

function count(number: number, what: string): string | null {
  return number === 0 ? null : `${number} ${what}`;
}

/** A cycle at a glance, in Markdown, for the Temporal Web UI's current details. */
export function describeCycle({ errors, outcome, phases, plan, request }: CycleState): string {
  const rows = phases.map(
    (result) =>
      `| ${phaseBanners[result.phase]} | ${result.endedAt ? 'ended' : 'running'} | ${result.taken} | ${escapeMarkdown(describePhase(result))} |`,
  );
  const problems = [...errors, ...phases.flatMap((result) => result.errors)].map(
    ({ message, name, severity, where }) =>
      `- ${severity}${where === null ? '' : ` at ${escapeMarkdown(where)}`}: **${name}** ${escapeMarkdown(message)}`,
  );
  return [
    `## Work cycle ${escapeMarkdown(request.name)}: ${outcome}${request.dryRun ? ' (dry run)' : ''}`,
    '',
    plan
      ? `${plan.repositories.length} repositories, labels ${plan.labels.map(escapeMarkdown).join(', ') || 'none'}`
      : '',
    ...(plan?.backOffUntil
      ? ['', `Backs off until ${plan.backOffUntil} after ${plan.failuresInARow} failures in a row.`]
      : []),
    '',
    '| phase | | taken | |',
    '|---|---|---|---|',
    ...rows,
    ...(problems.length > 0 ? ['', '### Problems', '', ...problems] : []),
  ].join('\n');
}

/** By what a list of cycles can be narrowed: `cycle:<name>`, `outcome:<outcome>`, and `failures` if anything failed. */
export function cycleTags(state: Pick<CycleState, 'errors' | 'outcome' | 'phases' | 'request'>): readonly string[] {
  return [`cycle:${state.request.name}`, `outcome:${state.outcome}`, ...(hasFailures(state) ? ['failures'] : [])];
}

/** True if anything failed: the cycle, a phase, a repository or an issue. */
export function hasFailures({ errors, outcome, phases }: Pick<CycleState, 'errors' | 'outcome' | 'phases'>): boolean {
  return (
    outcome === 'failed' || errors.length > 0 || phases.some((phase) => phase.failed > 0 || phase.errors.length > 0)
  );
}
