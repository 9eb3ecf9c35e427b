import { sql } from 'drizzle-orm';
import { bigint, boolean, doublePrecision, integer, primaryKey } from 'drizzle-orm/pg-core';
import type { AgentPhase } from '../domain/agent-run.ts';
import type { ImplementationState } from '../domain/implementation.ts';
import type { RecordedProgress } from '../domain/issue-record.ts';
import type { IssueOutcome, RunRecord } from '../domain/issue-state.ts';
import type { Phase, WaitsFor } from '../domain/lifecycle.ts';
import type { PlanState, PlanVersion } from '../domain/plan.ts';
import type { RepositoryReading } from '../domain/pull-request/observed.ts';
import type { AttemptOutcome } from '../domain/stream/run-event.ts';
import { bytes, instant, json, words } from './columns.ts';
import type { LedgerAuditEntry, LedgerCycle } from './ledger.ts';
import { schema } from './schema.ts';

/** Configured repositories, and those that an issue was recorded of. */
export const repositories = schema.table('repositories', {
  /** GitHub's node id, or a stand-in until it is known; see `ensureRepository`. */
  id: words('id').primaryKey(),
  name: words('name').notNull(),
  nameWithOwner: words('name_with_owner').notNull(),
  priority: integer('priority').notNull().default(0),
  active: boolean('active').notNull().default(false),
  archived: boolean('archived').notNull().default(false),
  problem: words('problem'),
  watermark: instant('watermark'),
  syncedAt: instant('synced_at'),
  /** Of the newest look, whatever came of it. */
  observedAt: instant('observed_at'),
  url: words('url'),
  /** What `ghw repositories` set for it. */
  configuration: json('configuration'),
  // Of discovery: its newest look, and what was wrong with it.
  lastCheckedAt: instant('last_checked_at'),
  lastWholeLookAt: instant('last_whole_look_at'),
  lastProblem: json('last_problem').$type<RepositoryReading['problem']>(),
  createdAt: instant('created_at')
    .notNull()
    .default(sql`now()`),
});

export const issues = schema.table(
  'issues',
  {
    repositoryId: words('repository_id').notNull(),
    number: integer('number').notNull(),
    // What GitHub shows; the body is null until a listing brings it.
    id: words('id').notNull(),
    title: words('title').notNull(),
    body: words('body'),
    url: words('url').notNull(),
    state: words('state').$type<'open' | 'closed'>().notNull(),
    author: words('author'),
    labels: words('labels').array().notNull(),
    assignees: words('assignees').array().notNull(),
    milestone: words('milestone'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    closedAt: instant('closed_at'),
    // Where it went.
    goneHow: words('gone_how').$type<'deleted' | 'transferred'>(),
    goneToRepository: words('gone_to_repository'),
    goneToNumber: integer('gone_to_number'),
    // What its workflow told; all null if there was none.
    progress: json('progress').$type<RecordedProgress>(),
    progressAt: instant('progress_at'),
    workflowId: words('workflow_id'),
    phase: words('phase').$type<Phase>(),
    planState: words('plan_state').$type<PlanState>(),
    implementationState: words('implementation_state').$type<ImplementationState>(),
    waitsFor: words('waits_for').$type<WaitsFor>(),
    paused: boolean('paused'),
    reviewed: boolean('reviewed'),
    outcome: words('outcome').$type<IssueOutcome>(),
    pullRequest: integer('pull_request'),
    agent: words('agent'),
    costUsd: doublePrecision('cost_usd'),
    failure: words('failure'),
  },
  (table) => [primaryKey({ columns: [table.repositoryId, table.number] })],
);

/** Names a row of {@link issues}. */
export interface IssueKey {
  readonly repositoryId: string;
  readonly number: number;
}

export const plans = schema.table(
  'plans',
  {
    repositoryId: words('repository_id').notNull(),
    number: integer('number').notNull(),
    version: integer('version').notNull(),
    digest: words('digest').notNull(),
    text: words('text'),
    issueTextDigest: words('issue_text_digest').notNull(),
    author: words('author').notNull(),
    door: words('door').$type<PlanVersion['door']>().notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.repositoryId, table.number, table.version, table.digest] })],
);

export const agentRuns = schema.table(
  'agent_runs',
  {
    execution: words('execution').notNull(),
    sequence: integer('sequence').notNull(),
    repositoryId: words('repository_id').notNull(),
    number: integer('number').notNull(),
    phase: words('phase').$type<AgentPhase>().notNull(),
    agent: words('agent').notNull(),
    model: words('model'),
    outcome: words('outcome').$type<RunRecord['outcome']>().notNull(),
    costUsd: doublePrecision('cost_usd').notNull(),
    inputTokens: bigint('input_tokens', { mode: 'number' }).notNull(),
    outputTokens: bigint('output_tokens', { mode: 'number' }).notNull(),
    cachedInputTokens: bigint('cached_input_tokens', { mode: 'number' }).notNull(),
    resumed: boolean('resumed').notNull(),
    transcriptSha256: words('transcript_sha256'),
    transcriptBytes: bigint('transcript_bytes', { mode: 'number' }),
    filesModified: integer('files_modified'),
    testsPassed: boolean('tests_passed'),
    durationMs: bigint('duration_ms', { mode: 'number' }),
    attempts: integer('attempts'),
    prompt: words('prompt'),
    at: instant('at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.execution, table.sequence] })],
);

/** What every run has spent, from its first look at its budgets on. */
export const spending = schema.table('spending', {
  key: words('key').primaryKey(),
  repositoryId: words('repository_id').notNull(),
  number: integer('number').notNull(),
  startedAt: instant('started_at').notNull(),
  costUsd: doublePrecision('cost_usd').notNull(),
});

export const auditEntries = schema.table('audit', {
  key: words('key').primaryKey(),
  entityType: words('entity_type').$type<LedgerAuditEntry['entityType']>().notNull(),
  entityId: words('entity_id').notNull(),
  at: instant('at').notNull(),
  action: words('action').notNull(),
  actor: words('actor').notNull(),
  door: words('door').notNull(),
  details: words('details').notNull(),
});

export const cycles = schema.table('cycles', {
  id: words('id').primaryKey(),
  name: words('name').notNull(),
  startedAt: instant('started_at').notNull(),
  endedAt: instant('ended_at'),
  outcome: words('outcome').$type<LedgerCycle['outcome']>().notNull(),
  result: json('result'),
});

export const artifacts = schema.table('artifacts', {
  sha256: words('sha256').primaryKey(),
  bytes: bytes('bytes').notNull(),
});

/** What agents did, as it happened: one row per run, and its records in chunks. */
export const runStreams = schema.table('run_streams', {
  run: words('run').primaryKey(),
  workflowId: words('workflow_id').notNull(),
  phase: words('phase').$type<AgentPhase>().notNull(),
  agent: words('agent').notNull(),
  model: words('model'),
  startedAt: instant('started_at').notNull(),
  /** Of its newest chunk; by it a run is forgotten. */
  touchedAt: instant('touched_at').notNull(),
  /** Of its newest attempt; null while one runs, and for one that was killed. */
  outcome: words('outcome').$type<AttemptOutcome>(),
});

export const runChunks = schema.table(
  'run_chunks',
  {
    run: words('run').notNull(),
    attempt: integer('attempt').notNull(),
    first: integer('first').notNull(),
    last: integer('last').notNull(),
    /** In the order of arrival. */
    sequence: bigint('sequence', { mode: 'number' })
      .notNull()
      .default(sql`DEFAULT`),
    /** JSON lines, compressed with gzip. */
    bytes: bytes('bytes').notNull(),
  },
  (table) => [primaryKey({ columns: [table.run, table.attempt, table.first] })],
);
