import { structuredPatch } from 'diff';
import { GhwError } from '../../domain/errors.ts';
import type { IssueIdentity } from '../../domain/issue-state.ts';
import { formatIssue } from '../../domain/issue.ts';
import type { PlanVersion } from '../../domain/plan.ts';
import { countInput, parseInput } from '../../domain/schemas/input.ts';
import type { CommandContext } from '../context.ts';
import { shortDigest } from '../describe.ts';
import { type KnownPlans, knownPlans, planOf } from '../known-plans.ts';
import type { Output } from '../output.ts';
import { page } from '../pager.ts';
import { issueOf } from '../targets.ts';
import { plainLine, plainText } from '../text.ts';

export interface DiffOptions {
  readonly from?: string;
  readonly to?: string;
  readonly pager: boolean;
}

interface WrittenPlan extends PlanVersion {
  readonly text: string;
}

/** What changed between two versions of a plan; by default, from the one before to the newest. */
export async function diffPlans(
  context: CommandContext,
  options: DiffOptions,
  words: readonly string[],
): Promise<void> {
  const issue = await issueOf(context, words);
  const numbers = {
    from: options.from === undefined ? undefined : parseInput(countInput, options.from, 'The version after --from'),
    to: options.to === undefined ? undefined : parseInput(countInput, options.to, 'The version after --to'),
  };
  const known = await knownPlans(context, issue);
  const to = writtenOf(issue, planOf(issue, known, numbers.to));
  const from = writtenOf(issue, planOf(issue, known, numbers.from ?? before(issue, known, to)));
  const { hunks } = structuredPatch('', '', from.text, to.text, undefined, undefined, { context: 3 });
  if (context.out.json) {
    context.out.data({ ...issue, from: withoutText(from), to: withoutText(to), hunks }, () => '');
    return;
  }
  await page(context.io, render(context.out.colors, { from, to, hunks }), { isWanted: options.pager });
}

/** The version before, as far as one is known. */
function before(issue: IssueIdentity, { versions }: KnownPlans, { version }: PlanVersion): number {
  const earlier = versions.filter((candidate) => candidate.version < version).at(-1);
  if (earlier !== undefined) return earlier.version;
  throw new GhwError('NotApplicable', `${formatIssue(issue)} has no plan version before ${String(version)}.`, {
    hint: `See which there are: ghw plans list ${formatIssue(issue)}`,
  });
}

function writtenOf(issue: IssueIdentity, plan: PlanVersion): WrittenPlan {
  const { text } = plan;
  if (text !== null) return { ...plan, text };
  throw new GhwError(
    'NotApplicable',
    `The text of plan version ${String(plan.version)} of ${formatIssue(issue)} is no longer kept.`,
    { hint: `See which versions there are: ghw plans list ${formatIssue(issue)}` },
  );
}

function withoutText({ text: _text, ...plan }: PlanVersion): Omit<PlanVersion, 'text'> {
  return plan;
}

interface Difference {
  readonly from: PlanVersion;
  readonly to: PlanVersion;
  readonly hunks: ReturnType<typeof structuredPatch>['hunks'];
}

function render({ bold, red, green, cyan }: Output['colors'], { from, to, hunks }: Difference): string {
  const head = (mark: string, { version, digest, author, createdAt }: PlanVersion): string =>
    bold(`${mark} version ${String(version)}, digest ${shortDigest(digest)}, by ${plainLine(author)}, ${createdAt}`);
  const body = hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    cyan(`@@ -${String(oldStart)},${String(oldLines)} +${String(newStart)},${String(newLines)} @@`),
    ...lines.map((line) => {
      const shown = `${line.slice(0, 1)}${plainText(line.slice(1).replaceAll('\r', '\u240D'))}`;
      if (line.startsWith('+')) return green(shown);
      return line.startsWith('-') ? red(shown) : shown;
    }),
  ]);
  return [head('---', from), head('+++', to), ...(body.length === 0 ? ['The two say the same.'] : body)].join('\n');
}
