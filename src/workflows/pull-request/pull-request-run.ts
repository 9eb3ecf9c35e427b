import type { PullRequestLife } from '../../domain/pull-request/life.ts';

/** What the steps and messages of one pull request share: its life, and the one way to change it. */
export interface PullRequestRun {
  readonly life: PullRequestLife;
  change(next: (life: PullRequestLife) => PullRequestLife): void;
  /** ISO 8601, from the workflow's clock. */
  now(): string;
}
