import type { CycleEnd } from '../../client/work-cycle/follow-cycle.ts';
import type { CycleState, IssueEnd } from '../../domain/cycle/cycle.ts';
import { describePhase, hasFailures } from '../../domain/cycle/describe.ts';
import type { CyclePhase } from '../../domain/cycle/phases.ts';
import { GhwError } from '../../domain/errors.ts';
import { formatIssue } from '../../domain/issue.ts';
import { type ExitCode, exitCodeOf, exitCodes } from '../exit-codes.ts';
import { renderTable } from '../table.ts';

const done = { sync: 'read', plan: 'plan written', implement: 'implemented', review: 'reviewed' } as const;
const wouldBe = { sync: 'read', plan: 'planned', implement: 'implemented', review: 'reviewed' } as const;

/** What became of an issue, in one line, with the command that comes next. */
export function issueLine(phase: CyclePhase, { outcome, reason, ...ref }: IssueEnd): string {
  const issue = formatIssue(ref);
  const why = reason === null ? '' : `: ${reason}`;
  switch (outcome) {
    case 'done':
      return `${issue}: ${done[phase]}; next: ${nextOf(phase, issue)}`;
    case 'failed':
      return `${issue}: failed${why}; again: ghw issues ${phase} ${issue}${phase === 'implement' ? ' --force' : ''}`;
    case 'skipped':
      return `${issue}: skipped${why}`;
    case 'waiting_for_person':
      return `${issue}: waits for a person${why}`;
    case 'already_running':
      return `${issue}: already running; follow it: ghw issues follow ${issue}`;
    case 'still_running':
      return `${issue}: still running; follow it: ghw issues follow ${issue}`;
    case 'would_take':
      return `${issue}: would be ${wouldBe[phase]}`;
  }
}

function nextOf(phase: CyclePhase, issue: string): string {
  return phase === 'plan' ? `ghw plans review ${issue}` : `ghw implementations review ${issue}`;
}

/** What a cycle came to. The banner is for one that went through its phases. */
export function summaryOf(outcome: CycleEnd['outcome'], state: CycleState | null, width: number | undefined): string {
  if (outcome === 'backed_off') {
    const { backOffUntil, failuresInARow } = state?.plan ?? {};
    return `Nothing was done: ${String(failuresInARow)} cycles in a row failed, so this one waits until ${backOffUntil ?? 'later'}.`;
  }
  const phases = state?.phases ?? [];
  const rows = phases.map((phase) => [phase.phase, String(phase.taken), describePhase(phase)]);
  const table =
    rows.length === 0
      ? []
      : ['', renderTable(['phase', { title: 'taken', align: 'right' }, 'result'], rows, { width })];
  if (outcome === 'cancelled') return ['Work cycle cancelled; what runs goes on by itself.', ...table].join('\n');
  if (phases.length === 0) return '';
  return ['=== Work cycle completed ===', ...table, ...closing(state)].join('\n');
}

function closing(state: CycleState | null): readonly string[] {
  if (state?.request.dryRun === true) return ['', 'A dry run: issues were read, and nothing else was done.'];
  const waits = state?.phases.some(({ waitingForPerson }) => waitingForPerson > 0) ?? false;
  const planned = state?.phases.some(({ done: count, phase }) => phase === 'plan' && count > 0) ?? false;
  return waits || planned ? ['', 'What waits for you: ghw issues list --waits-for me'] : [];
}

/** The error that a cycle failed with as a whole; undefined if it did not. */
export function fatalErrorOf({ outcome, state }: CycleEnd): GhwError | undefined {
  if (outcome !== 'failed' || state === null) return undefined;
  const errors = [...state.errors, ...state.phases.flatMap((phase) => phase.errors)];
  const fatal = errors.find(({ severity }) => severity === 'fatal');
  return new GhwError(fatal?.name ?? 'Internal', fatal?.message ?? 'The cycle failed.');
}

/** The exit code of a command that waited for a cycle. */
export function exitCodeOfEnd(end: CycleEnd, failOnError: boolean): ExitCode {
  const fatal = fatalErrorOf(end);
  if (fatal !== undefined) return exitCodeOf(fatal.name) || exitCodes.failed;
  if (end.outcome === 'cancelled') return exitCodes.failed;
  return failOnError && end.state !== null && hasFailures(end.state) ? exitCodes.failed : exitCodes.ok;
}
