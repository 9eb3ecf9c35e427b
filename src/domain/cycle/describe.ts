import { escapeMarkdown } from '../describe.ts';
import type { CycleState, PhaseResult } from './cycle.ts';
import { phaseBanners } from './phases.ts';
import { frequencyText } from './summary.ts';

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

/** Details are for a look; the result has all of them. */
const SHOWN = 50;

/** A cycle at a glance, in Markdown, for the Temporal Web UI's current details. */
export function describeCycle(state: CycleState): string {
  const { endedAt, outcome, phases, plan, request, startedAt } = state;
  const number = plan ? ` ${plan.cycle}` : '';
  const rows = phases.map(
    (result) =>
      `| ${phaseBanners[result.phase]} | ${result.endedAt ? 'ended' : 'running'} | ${result.taken} | ${escapeMarkdown(describePhase(result))} |`,
  );
  return [
    `## Cycle${number} of ${escapeMarkdown(request.name)}: ${outcome.replace('_', ' ')}${request.dryRun ? ' (dry run)' : ''}`,
    '',
    `${escapeMarkdown(frequencyText(request))}; began ${startedAt}${endedAt === null ? '' : `, ended ${endedAt}`}`,
    ...paragraph(
      plan &&
        `${plan.repositories.length} repositories, labels ${plan.labels.map(escapeMarkdown).join(', ') || 'none'}`,
    ),
    ...paragraph(
      plan?.backOffUntil && `Backs off until ${plan.backOffUntil} after ${plan.failuresInARow} failures in a row.`,
    ),
    ...(rows.length > 0 ? ['', '| phase | state | taken | result |', '|---|---|---|---|', ...rows] : []),
    ...paragraph(waitingText(phases)),
    ...section('Issues', issueLines(phases)),
    ...section('Problems', problemLines(state)),
  ].join('\n');
}

function paragraph(text: string | null | undefined): readonly string[] {
  return text ? ['', text] : [];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `### ${title}`, '', ...lines.slice(-SHOWN)];
}

/** Whoever looks here finds the issues themselves by one filter. */
function waitingText(phases: readonly PhaseResult[]): string | null {
  if (phases.every(({ waitingForPerson }) => waitingForPerson === 0)) return null;
  return '**Issues wait for a person.** List the workflows with `GhwWaitsFor="person"`: each says what to send.';
}

function issueLines(phases: readonly PhaseResult[]): readonly string[] {
  return phases.flatMap(({ issues, phase }) =>
    issues.map(({ number, outcome, reason, repository }) => {
      const why = reason === null ? '' : `: ${escapeMarkdown(reason)}`;
      return `- ${phase} ${escapeMarkdown(`${repository}#${number}`)}: ${outcome.replaceAll('_', ' ')}${why}`;
    }),
  );
}

function problemLines({ errors, phases }: CycleState): readonly string[] {
  return [...errors, ...phases.flatMap((result) => result.errors)].map(
    ({ message, name, severity, where }) =>
      `- ${severity}${where === null ? '' : ` at ${escapeMarkdown(where)}`}: **${name}** ${escapeMarkdown(message)}`,
  );
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
