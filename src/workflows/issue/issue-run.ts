import type { IssueState } from '../../domain/issue-state.ts';

/** What the steps and messages of one issue share: its state, and the one way to change it. */
export interface IssueRun {
  readonly state: IssueState;
  /** Replaces the state; ends the running step if it is no longer the next one. */
  change(next: (state: IssueState) => IssueState): void;
  /** ISO 8601, from the workflow's clock. */
  now(): string;
}
