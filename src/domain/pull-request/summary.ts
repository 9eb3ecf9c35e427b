import { escapeMarkdown } from '../describe.ts';
import { shortDigest } from '../digest.ts';
import type { WaitsFor } from '../lifecycle.ts';
import { formatPullRequest, ownIssueOf } from './identity.ts';
import type { CheckCounts } from './observed.ts';
import { needsRepair, phaseOfLife, type FailedCheck, type PullRequestLife, type PullRequestOutcome } from './life.ts';
import { pullRequestPhaseNames, type PullRequestPhase } from './phase.ts';
import { nextPullRequestStep, pullRequestWaitsFor } from './step.ts';

/** What the `state` query answers: all that a person needs. */
export interface PullRequestSummary {
  /** `owner/repo` as GitHub calls it now. */
  readonly repository: string;
  readonly number: number;
  readonly title: string | null;
  readonly url: string | null;
  readonly author: string | null;
  readonly branch: string | null;
  readonly headOid: string | null;
  readonly phase: PullRequestPhase;
  readonly waitsFor: WaitsFor;
  readonly paused: boolean;
  readonly outcome: PullRequestOutcome | null;
  /** The step that runs now; null at rest. */
  readonly step: string | null;
  /** The issue whose work it is; null if it is not one of ours. */
  readonly issue: number | null;
  readonly checks: CheckCounts | null;
  readonly failedChecks: readonly FailedCheck[];
  /** Heads in a row whose checks failed, and how many the configuration takes. */
  readonly failures: number;
  readonly failureThreshold: number;
  readonly needsRepair: boolean;
  /** Of its newest change. */
  readonly revision: number;
}

/** Summarises a pull request for people and scripts. */
export function summarizePullRequest(life: PullRequestLife): PullRequestSummary {
  const { known } = life;
  return {
    repository: life.nameWithOwner,
    number: life.pullRequest.number,
    title: known?.title ?? null,
    url: known?.url ?? null,
    author: known?.author ?? null,
    branch: known?.headRefName ?? null,
    headOid: known?.headOid ?? null,
    phase: phaseOfLife(life),
    waitsFor: pullRequestWaitsFor(life),
    paused: life.paused !== null,
    outcome: life.outcome,
    step: nextPullRequestStep(life)?.kind ?? null,
    issue: known === null ? null : ownIssueOf(known, life.nameWithOwner),
    checks: known?.counts ?? null,
    failedChecks: life.failedChecks,
    failures: life.failedHeads.length,
    failureThreshold: life.settings.failureThreshold,
    needsRepair: needsRepair(life),
    revision: known?.revision ?? 0,
  };
}

const MOST_SHOWN = 20;

/** A pull request at a glance, in Markdown, for the Temporal Web UI's current details. */
export function describePullRequest(life: PullRequestLife): string {
  const { checks, failedChecks, issue, phase, waitsFor, ...summary } = summarizePullRequest(life);
  const name = formatPullRequest({ repository: life.nameWithOwner, number: life.pullRequest.number });
  const counts = checks && `${checks.passed} passed, ${checks.failed} failed, ${checks.pending} running`;
  const row = (label: string, value: string | null): string[] => (value === null ? [] : [`| ${label} | ${value} |`]);
  return [
    `## ${name}${summary.title === null ? '' : `: ${escapeMarkdown(summary.title)}`}`,
    '',
    '| | |',
    '|---|---|',
    ...row('Waits for', life.paused ? `person (paused by ${escapeMarkdown(life.paused.by)})` : waitsFor),
    ...row('Is', pullRequestPhaseNames[phase]),
    ...row('Checks', counts),
    ...row(
      'Failures in a row',
      phase === 'checks_failed' ? `${summary.failures} of ${summary.failureThreshold}` : null,
    ),
    ...row('Author', summary.author && escapeMarkdown(summary.author)),
    ...row('Branch', summary.branch && escapeMarkdown(summary.branch)),
    ...row('Head', summary.headOid && `\`${shortDigest(summary.headOid)}\``),
    ...row('Our work on', issue === null ? null : `issue #${issue}`),
    ...row('Page', summary.url && `<${summary.url}>`),
    ...(failedChecks.length === 0 ? [] : ['', '### Failed checks', '']),
    ...failedChecks.slice(0, MOST_SHOWN).map(({ name: check }) => `- ${escapeMarkdown(check)}`),
    ...(life.history.length === 0 ? [] : ['', '### Last changes', '']),
    ...life.history.slice(-10).map(({ at, detail, what }) => `- ${at} ${what} ${escapeMarkdown(detail)}`),
  ].join('\n');
}
