import type { SyncIssueResult } from '../../src/activities/types.ts';
import type { Change, ValidationReport } from '../../src/domain/change.ts';
import { digestText, issueTextDigest } from '../../src/domain/digest.ts';
import { newIssueState, type IssueState, type ObservedIssue } from '../../src/domain/issue-state.ts';
import type { PullRequest, Repository } from '../../src/domain/issue.ts';
import { defaultTalk, type IssuePolicy } from '../../src/domain/policy.ts';
import { applyPlan } from '../../src/domain/progress/plan.ts';
import { applySync } from '../../src/domain/progress/sync.ts';
import type { RunTrace } from '../../src/domain/progress/run.ts';
import { applyCommand, type CommandName } from '../../src/domain/commands/index.ts';
import { noUsage } from '../../src/domain/agent-run.ts';

export const NOW = '2026-01-02T03:04:05.000Z';
export const BASE_OID = 'b'.repeat(40);
export const HEAD_OID = 'c'.repeat(40);
export const PLAN_TEXT = '# Plan\n\nDo it.';
export const PLAN_DIGEST = digestText(PLAN_TEXT);

export function aRepository(over: Partial<Repository> = {}): Repository {
  return {
    id: 'R_1',
    nameWithOwner: 'octo/hello',
    url: 'https://example.test/octo/hello',
    isPrivate: false,
    isArchived: false,
    hasIssues: true,
    defaultBranch: { name: 'trunk', oid: BASE_OID },
    viewerPermission: 'write',
    ...over,
  };
}

export function aPullRequest(over: Partial<PullRequest> = {}): PullRequest {
  return {
    id: 'PR_1',
    number: 7,
    url: 'https://example.test/octo/hello/pull/7',
    title: 'Greet',
    state: 'open',
    isDraft: true,
    headRefName: 'ghw/issue-42',
    headOid: HEAD_OID,
    baseRefName: 'trunk',
    headRepository: 'octo/hello',
    viewerDidAuthor: true,
    ...over,
  };
}

export function anObservedIssue(over: Partial<ObservedIssue> & { body?: string } = {}): ObservedIssue {
  const { body = 'Please greet.', ...rest } = over;
  const title = rest.title ?? 'Greet';
  return {
    id: 'I_42',
    number: 42,
    repository: aRepository(),
    title,
    milestone: null,
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-02T00:00:00Z',
    closedAt: null,
    url: 'https://example.test/octo/hello/issues/42',
    state: 'open',
    textDigest: issueTextDigest({ title, body }),
    author: 'ana',
    labels: ['ghw'],
    assignees: [],
    snapshot: { sha256: 'a'.repeat(64), bytes: 10 },
    ownPullRequest: null,
    at: NOW,
    ...rest,
  };
}

/** What the activity `syncIssue` answers. */
export function aSync(over: Parameters<typeof anObservedIssue>[0] = {}): SyncIssueResult {
  return { observed: anObservedIssue(over), commands: [] };
}

export function aPolicy(over: Partial<IssuePolicy> = {}): IssuePolicy {
  return {
    taskType: 'feature',
    priority: 3,
    plan: { agent: 'scripted', model: null },
    implement: { agent: 'scripted', model: null, publish: 'pull_request', draft: true, validationRounds: 2 },
    review: { agent: 'scripted', model: null, maxRounds: 2 },
    run: { wallClockMs: 60_000, idleMs: 30_000, maxTurns: 40, budgetUsd: null },
    approval: { reminderMs: null, remindAgainMs: 60_000, commentCommands: true },
    ...defaultTalk,
    notifications: { githubComment: true },
    validation: { timeoutMs: 60_000 },
    ...over,
  };
}

export function aChange(headOid = HEAD_OID): Change {
  return {
    baseOid: BASE_OID,
    headOid,
    treeOid: headOid,
    bundle: { sha256: headOid.slice(0, 32).repeat(2), bytes: 100 },
    files: [{ path: 'greet.txt', status: 'added', additions: 1, deletions: 0 }],
    filesChanged: 1,
    additions: 1,
    deletions: 0,
  };
}

export function aReport(ok: boolean, headOid = HEAD_OID): ValidationReport {
  const step = { command: 'make test', ok, exitCode: ok ? 0 : 1, durationMs: 5, outputTail: ok ? '' : 'boom' };
  return { headOid, ok, steps: [step], log: null };
}

export function aTrace(over: Partial<RunTrace> = {}): RunTrace {
  return {
    phase: 'plan',
    session: { agent: 'scripted', model: null, id: 'session-1', file: null, costUsd: 0.5, issueTextDigest: '' },
    resumed: false,
    usage: { ...noUsage, inputTokens: 10 },
    costUsd: 0.5,
    transcript: null,
    checkpoint: null,
    notes: [],
    ...over,
  };
}

/** Sends a command that must be accepted. */
export function send(state: IssueState, name: CommandName, args: object = {}): IssueState {
  const { state: next, refused } = applyCommand(state, name, { by: 'ana', ...args }, { now: NOW, door: 'update' });
  if (refused) throw new Error(`${name} was refused: ${refused.message}`);
  return next;
}

/** Sends a command and gives the reason why it was refused, or undefined. */
export function refusalOf(state: IssueState, name: CommandName, args: object = {}): string | undefined {
  return applyCommand(state, name, { by: 'ana', ...args }, { now: NOW, door: 'update' }).refused?.name;
}

export function synced(state: IssueState, over: Parameters<typeof anObservedIssue>[0] = {}): IssueState {
  return applySync(state, { observed: anObservedIssue(over), commands: [], policy: state.policy ?? aPolicy() });
}

/** An issue in the state that its name says. */
export const issueThat = {
  isNew: (): IssueState => newIssueState({ repository: 'octo/hello', repositoryId: null, number: 42 }, 'feature'),
  hasPlan: (): IssueState => {
    const asked = synced(send(issueThat.isNew(), 'plan'));
    const issueTextDigestNow = asked.observed?.textDigest ?? '';
    return applyPlan(
      asked,
      { text: PLAN_TEXT, digest: PLAN_DIGEST, issueTextDigest: issueTextDigestNow, agent: 'scripted' },
      NOW,
    );
  },
  isApproved: (): IssueState => send(issueThat.hasPlan(), 'approvePlan', { digest: PLAN_DIGEST }),
  isImplementing: (args: object = {}): IssueState => synced(send(issueThat.isApproved(), 'implement', args)),
};
