import type { RecordedProgress } from '../../domain/issue-record.ts';
import type { IssueIdentity } from '../../domain/issue-state.ts';
import { GhwError } from '../../domain/errors.ts';
import { formatIssue } from '../../domain/issue.ts';
import type { IssueSummary } from '../../domain/summary.ts';
import type { LedgerAuditEntry } from '../../ledger/ledger.ts';
import { type Attempt, attempt } from '../attempt.ts';
import { readAudit } from '../audit.ts';
import type { CommandContext } from '../context.ts';
import { nextCommand } from '../next-step.ts';
import { type IssueHistory, describeHistory } from '../issue-history.ts';
import { issueOf } from '../targets.ts';

const AUDIT_TAIL = 10;

/** Shows all that is known of one issue: where it stands, its plans, runs, checks, pull request and history. */
export async function showIssue(context: CommandContext, _: object, words: readonly string[]): Promise<void> {
  const issue = await issueOf(context, words);
  const [live, kept, audit] = await Promise.all([
    attempt(liveState(context, issue)),
    attempt(fromLedger(context, issue)),
    attempt(readAudit(context, { issue, limit: AUDIT_TAIL })),
  ]);
  if (live.value === undefined && kept.value === undefined) throw live.error;
  const history = historyOf(issue, live, kept.value, audit.value?.entries ?? []);
  if (history.state === null && history.issue === null) throw unknown(issue);
  context.out.data(history, () => describeHistory(context, history));
  if (live.error !== null && live.error.name !== 'IssueNotTracked') {
    context.out.warn(`This is what the ledger was last told: ${live.error.message}`);
  }
  if (kept.error !== null)
    context.out.warn(`Without the ledger, older plans and runs are missing: ${kept.error.message}`);
}

async function liveState(context: CommandContext, issue: IssueIdentity): Promise<IssueSummary> {
  return (await context.issues()).state(issue);
}

type Kept = Awaited<ReturnType<typeof fromLedger>>;

async function fromLedger(context: CommandContext, issue: IssueIdentity) {
  const { issues, runs } = await context.ledger();
  const [found, progress, plans, all] = await Promise.all([
    issues.find(issue),
    issues.progress(issue),
    issues.plans(issue),
    runs.list({ issue }),
  ]);
  return { found, progress, plans, runs: [...all].reverse() };
}

function historyOf(
  issue: IssueIdentity,
  live: Attempt<IssueSummary>,
  kept: Kept | undefined,
  audit: readonly LedgerAuditEntry[],
): IssueHistory {
  const { runs: liveRuns = [], ...summary } = live.value ?? { runs: [] };
  const state = 'plan' in summary ? summary : kept?.progress ? shown(kept.progress) : null;
  const runs = kept !== undefined && kept.runs.length >= liveRuns.length ? kept.runs : liveRuns;
  return {
    repository: kept?.found?.repository ?? state?.repository ?? issue.repository,
    number: issue.number,
    issue: kept?.found ?? null,
    state,
    live: live.value !== undefined,
    plans: (kept?.plans ?? []).map(({ text: _, ...plan }) => plan),
    runs,
    audit,
    next: (state === null ? `ghw issues plan ${formatIssue(issue)}` : nextCommand(state)) ?? null,
  };
}

/** Without what only a later workflow needs. */
function shown(progress: RecordedProgress): Omit<IssueSummary, 'runs'> {
  const { approval: _approval, session: _session, ...state } = progress;
  return state;
}

function unknown(issue: IssueIdentity): GhwError {
  return new GhwError('IssueNotTracked', `${formatIssue(issue)} is not known here.`, {
    hint: `ghw issues sync ${issue.repository} ${String(issue.number)}`,
  });
}
