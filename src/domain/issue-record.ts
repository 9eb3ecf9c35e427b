import type { ArtifactRef } from './artifact.ts';
import type { ListedIssue } from './issue.ts';
import type { AgentSession, AuditEntry, IssueIdentity, RunRecord } from './issue-state.ts';
import type { Approval, PlanVersion } from './plan.ts';
import type { IssueSummary } from './summary.ts';

/** A thing of which there are many, with its place in the order in which they happened, counted from 1. */
export type Numbered<Thing> = Thing & { readonly sequence: number };

/** Where an issue stands, with what a later workflow needs to go on from there. */
export interface RecordedProgress extends Omit<IssueSummary, 'runs'> {
  readonly approval: Approval | null;
  readonly session: AgentSession | null;
  /** The whole issue as its workflow last read it, as JSON; null if it never could. */
  readonly snapshot: ArtifactRef | null;
}

/** What an issue's workflow has to tell for the time when it is over: where it stands, and what is new since the last record. */
export interface IssueRecord {
  readonly issue: IssueIdentity;
  readonly workflowId: string;
  /** Of the workflow's first run; with a sequence it names an entry however often it is recorded. */
  readonly execution: string;
  /** ISO 8601. */
  readonly at: string;
  /** The issue as its workflow last saw it. An older view than the ledger's changes nothing. */
  readonly listed: ListedIssue;
  readonly progress: RecordedProgress;
  /** How many audit entries were told before: a ledger that has lost them is told everything again. */
  readonly toldBefore: number;
  /** Those that are new. */
  readonly plans: readonly PlanVersion[];
  readonly runs: readonly Numbered<RunRecord>[];
  readonly audit: readonly Numbered<AuditEntry>[];
}

/** What an earlier workflow of the same issue left: a re-opened issue goes on with it. */
export interface IssueMemory {
  readonly progress: RecordedProgress;
  readonly plans: readonly PlanVersion[];
}
