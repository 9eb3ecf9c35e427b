import { randomUUID } from 'node:crypto';
import { noUsage } from '../../src/domain/agent-run.ts';
import type { IssueRecord, Numbered } from '../../src/domain/issue-record.ts';
import type { AuditEntry, RunRecord } from '../../src/domain/issue-state.ts';
import type { SyncedIssue } from '../../src/domain/issue.ts';
import type { PlanVersion } from '../../src/domain/plan.ts';
import { pendingRecord } from '../../src/domain/record.ts';
import type { ConfiguredRepository, IssueAddress } from '../../src/ledger/ledger.ts';
import { issueThat } from '../domain/builders.ts';
import { testEnvironment } from '../setup/environment.ts';
import { createEmbeddedLedger, createPostgresLedger, type TestLedger } from '../setup/ledger.ts';

const { postgresUrl } = testEnvironment();

/** Where the ledger runs: the embedded one, and a real PostgreSQL where one can be had. */
export const engines: readonly (readonly [name: string, create: () => Promise<TestLedger>])[] = [
  ['the embedded PostgreSQL', createEmbeddedLedger],
  ...(postgresUrl === null ? [] : [['a PostgreSQL server', () => createPostgresLedger(postgresUrl)] as const]),
];

/** A repository that no other test knows. */
export function aConfiguredRepository(over: Partial<ConfiguredRepository> = {}): ConfiguredRepository {
  const unique = randomUUID().slice(0, 8);
  return { id: `R_${unique}`, name: `Octo/hello-${unique}`, priority: 3, active: true, ...over };
}

export function addressOf({ id, name }: ConfiguredRepository, number = 42): IssueAddress {
  return { repositoryId: id, repository: name, number };
}

export function aSyncedIssue(over: Partial<SyncedIssue> = {}): SyncedIssue {
  const number = over.number ?? 42;
  return {
    id: `I_${number}`,
    number,
    title: 'Greet politely',
    body: 'Say "good day".',
    url: `https://github.test/octo/hello/issues/${number}`,
    state: 'open',
    author: 'ana',
    labels: ['ghw', 'good first issue'],
    assignees: ['bob'],
    milestone: 'v1',
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-02T00:00:00Z',
    closedAt: null,
    ...over,
  };
}

export function aRun(sequence: number, over: Partial<RunRecord> = {}): Numbered<RunRecord> {
  return {
    sequence,
    phase: 'plan',
    agent: 'scripted',
    model: null,
    outcome: 'ok',
    costUsd: 0.25,
    usage: { ...noUsage, inputTokens: 10, outputTokens: 5, cachedInputTokens: 100 },
    resumed: false,
    transcript: { sha256: 'd'.repeat(64), bytes: 12 },
    at: '2026-01-03T00:00:00Z',
    durationMs: 1_000,
    attempts: 1,
    prompt: 'plan@1-00000000',
    ...over,
  };
}

export function anAuditEntry(sequence: number, over: Partial<AuditEntry> = {}): Numbered<AuditEntry> {
  return {
    sequence,
    at: `2026-01-03T00:00:${String(sequence).padStart(2, '0')}Z`,
    action: 'plan',
    by: 'ana',
    door: 'update',
    detail: '',
    ...over,
  };
}

export function aPlan(version: number, over: Partial<PlanVersion> = {}): PlanVersion {
  return {
    version,
    digest: version.toString(16).repeat(64).slice(0, 64),
    text: `# Plan ${version}`,
    issueTextDigest: 'e'.repeat(64),
    author: 'scripted',
    door: 'agent',
    createdAt: `2026-01-03T00:00:${String(version).padStart(2, '0')}Z`,
    ...over,
  };
}

/** Where an issue stands whose plan waits for a person. */
export function aProgress(over: Partial<IssueRecord['progress']> = {}): IssueRecord['progress'] {
  const pending = pendingRecord(issueThat.hasPlan());
  if (!pending) throw new Error('There is nothing to record.');
  return { ...pending.record.progress, ...over };
}

/** What the workflow of an issue tells. */
export function aRecord(repository: ConfiguredRepository, over: Partial<IssueRecord> = {}): IssueRecord {
  const { body: _body, ...listed } = aSyncedIssue();
  return {
    issue: addressOf(repository),
    workflowId: `issue:${repository.name.toLowerCase()}#42`,
    execution: `run-${repository.id}`,
    at: '2026-01-03T00:00:00Z',
    listed,
    progress: aProgress(),
    toldBefore: 0,
    plans: [],
    runs: [],
    audit: [],
    ...over,
  };
}

/** Every order of some things. */
export function orders<Thing>(things: readonly Thing[]): readonly (readonly Thing[])[] {
  if (things.length <= 1) return [things];
  return things.flatMap((thing, index) => orders(things.toSpliced(index, 1)).map((rest) => [thing, ...rest]));
}
