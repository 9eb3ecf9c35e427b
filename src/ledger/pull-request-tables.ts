import { sql } from 'drizzle-orm';
import { bigint, boolean, integer, uuid } from 'drizzle-orm/pg-core';
import type { ChangedCheck, PullRequestChangeKind } from '../domain/pull-request/change.ts';
import type { FixCategory } from '../domain/pull-request/fix-category.ts';
import type { FixAttemptStatus, ReviewDecision } from '../domain/pull-request/repair.ts';
import type * as states from '../domain/pull-request/states.ts';
import { instant, json, words } from './columns.ts';
import { schema } from './schema.ts';

const id = () => uuid('id').primaryKey().defaultRandom();
const createdAt = () =>
  instant('created_at')
    .notNull()
    .default(sql`now()`);

export const pullRequests = schema.table('pull_requests', {
  id: id(),
  repositoryId: words('repository_id').notNull(),
  number: integer('pr_number').notNull(),
  nodeId: words('node_id').notNull(),
  title: words('title').notNull(),
  author: words('author').notNull(),
  viewerDidAuthor: boolean('viewer_did_author').notNull(),
  url: words('url').notNull(),
  headRefName: words('branch').notNull(),
  headOid: words('head_oid').notNull(),
  headRepository: words('head_repository'),
  baseRefName: words('base_branch').notNull(),
  isDraft: boolean('is_draft').notNull(),
  state: words('state').$type<states.PullRequestState>().notNull(),
  labels: words('labels').array().notNull(),
  mergeable: words('mergeable').$type<states.MergeableState>().notNull(),
  // Of the checks of its head; the counts and the time are null until they are read.
  rollup: words('rollup').$type<states.RollupState>(),
  checksTotal: integer('checks_total'),
  checksPending: integer('checks_pending'),
  checksPassed: integer('checks_passed'),
  checksFailed: integer('checks_failed'),
  checksObservedAt: instant('checks_observed_at'),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
  mergedAt: instant('merged_at'),
  closedAt: instant('closed_at'),
  observedAt: instant('last_checked_at').notNull(),
  revision: integer('revision').notNull(),
  skippedBy: words('skipped_by'),
});

export const checkRuns = schema.table('check_runs', {
  id: id(),
  pullRequestId: uuid('pr_id').notNull(),
  externalId: words('external_id').notNull(),
  kind: words('kind').$type<states.CheckKind>().notNull(),
  name: words('check_name').notNull(),
  workflow: words('workflow'),
  app: words('app'),
  headOid: words('head_oid').notNull(),
  status: words('status').$type<states.CheckStatus>().notNull(),
  conclusion: words('conclusion').$type<states.CheckConclusion>(),
  startedAt: instant('started_at'),
  completedAt: instant('completed_at'),
  detailsUrl: words('log_url'),
  /** False once a newer run of the same check is there. */
  isCurrent: boolean('is_current').notNull(),
  isSkipped: boolean('is_skipped').notNull(),
  createdAt: createdAt(),
});

export const analysisResults = schema.table('analysis_results', {
  id: id(),
  checkRunId: uuid('check_run_id').notNull(),
  provider: words('provider').notNull(),
  category: words('category').$type<FixCategory>().notNull(),
  rootCause: words('root_cause').notNull(),
  /** 0 to 100. */
  confidence: integer('confidence'),
  fixStrategy: json('fix_strategy'),
  evidence: json('evidence'),
  createdAt: createdAt(),
});

export const fixAttempts = schema.table('fix_attempts', {
  id: id(),
  analysisId: uuid('analysis_id').notNull(),
  status: words('status').$type<FixAttemptStatus>().notNull(),
  commitSha: words('commit_sha'),
  errorMessage: words('error_message'),
  validationResults: json('validation_results'),
  createdAt: createdAt(),
});

export const reviews = schema.table('reviews', {
  id: id(),
  pullRequestId: uuid('pr_id').notNull(),
  reviewerName: words('reviewer_name').notNull(),
  provider: words('provider').notNull(),
  decision: words('decision').$type<ReviewDecision>().notNull(),
  /** 0 to 100. */
  confidence: integer('confidence'),
  comments: json('comments'),
  focusAreas: words('focus_areas').array(),
  /** The commit that was reviewed. */
  headOid: words('head_oid').notNull(),
  createdAt: createdAt(),
});

/** What happened to pull requests, and whether their workflows were told. */
export const pullRequestStates = schema.table('pull_request_states', {
  id: words('id').primaryKey(),
  sequence: bigint('sequence', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
  pullRequestId: uuid('pr_id').notNull(),
  revision: integer('revision').notNull(),
  kind: words('kind').$type<PullRequestChangeKind>().notNull(),
  from: words('from_value'),
  to: words('to_value'),
  check: json('check_run').$type<ChangedCheck>(),
  fields: words('fields').array().notNull(),
  insignificant: words('insignificant'),
  at: instant('at').notNull(),
  toldAt: instant('told_at'),
});
