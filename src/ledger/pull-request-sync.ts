import { getTableColumns, sql } from 'drizzle-orm';
import { changeId } from '../domain/pull-request/change.ts';
import type { Detected } from '../domain/pull-request/detect.ts';
import type { RepositoryReading } from '../domain/pull-request/observed.ts';
import { detectReading } from '../domain/pull-request/reading.ts';
import type { SkipRules } from '../domain/pull-request/skip.ts';
import { asGiven, columnList, rowsAsTable } from './bulk.ts';
import type { LedgerDatabase, Statements } from './database.ts';
import type { Synchronised } from './pull-request-ledger.ts';
import { selectKnown, toRow, type KnownRow } from './pull-request-rows.ts';
import { checkRuns, pullRequests, pullRequestStates } from './pull-request-tables.ts';
import { lockRepositories } from './repository-rows.ts';
import { storableJson } from './storable.ts';
import { repositories } from './tables.ts';

/** So many pull requests make one transaction at most, but for a repository that has more. */
const MAX_PULL_REQUESTS = 500;

export type RulesOf = (repositoryId: string) => SkipRules;

/** Writes down what a look saw, in as many transactions as its size needs. */
export async function synchronise(
  { transact }: LedgerDatabase,
  readings: readonly RepositoryReading[],
  rulesOf: RulesOf,
): Promise<Synchronised> {
  let total = nothing;
  for (const part of partsOf(readings)) {
    // What Postgres takes is what is compared with what it gave.
    const storable = JSON.parse(storableJson(part)) as readonly RepositoryReading[];
    total = sum(total, await transact(async (tx) => await synchronisePart(tx, storable, rulesOf)));
  }
  return total;
}

function* partsOf(readings: readonly RepositoryReading[]): Generator<readonly RepositoryReading[]> {
  let part: RepositoryReading[] = [];
  let size = 0;
  for (const reading of readings) {
    if (part.length > 0 && size + reading.pullRequests.length > MAX_PULL_REQUESTS) {
      yield part;
      part = [];
      size = 0;
    }
    part.push(reading);
    size += reading.pullRequests.length;
  }
  if (part.length > 0) yield part;
}

async function synchronisePart(
  tx: Statements,
  readings: readonly RepositoryReading[],
  rulesOf: RulesOf,
): Promise<Synchronised> {
  // One at a time synchronises a repository, so that what is compared is what is there.
  await lockRepositories(
    tx,
    readings.map(({ repositoryId }) => repositoryId),
  );
  const known = await selectKnown(tx, readings);
  const detected = readings.flatMap((reading) => detectReading(known, reading, rulesOf(reading.repositoryId)));
  const ids = await writePullRequests(tx, detected, known);
  await writeChecks(tx, detected, ids);
  await writeChanges(tx, detected, ids);
  await noteLook(tx, readings);
  return summaryOf(readings, detected);
}

const written = Object.keys(getTableColumns(pullRequests)).filter((name) => name !== 'id');

/** The ledger's own ids of all pull requests that were known or are now, by node id. */
async function writePullRequests(
  tx: Statements,
  detected: readonly Detected[],
  known: ReadonlyMap<string, KnownRow>,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map([...known].map(([nodeId, { ledgerId }]) => [nodeId, ledgerId]));
  const rows = detected.filter(({ isNew }) => isNew).map(({ pullRequest }) => toRow(pullRequest));
  if (rows.length > 0) {
    const columns = columnList(pullRequests, written);
    const { rows: stored } = await tx.execute<{ id: string; node_id: string }>(sql`
      INSERT INTO ${pullRequests} (${columns}) SELECT ${columns} FROM ${rowsAsTable(pullRequests, written, rows)}
      ON CONFLICT (repository_id, pr_number) DO UPDATE SET ${asGiven(pullRequests, written)}
      RETURNING id, node_id`);
    for (const { id, node_id: nodeId } of stored) ids.set(nodeId, id);
  }
  const unchanged = detected.filter(({ isNew }) => !isNew).map(({ pullRequest }) => toRow(pullRequest));
  const looked = ['nodeId', 'observedAt', 'checksObservedAt'];
  if (unchanged.length > 0) {
    await tx.execute(sql`
      UPDATE ${pullRequests} AS pr
      SET last_checked_at = given.last_checked_at, checks_observed_at = given.checks_observed_at
      FROM ${rowsAsTable(pullRequests, looked, unchanged)} WHERE pr.node_id = given.node_id`);
  }
  return ids;
}

const writtenOfChecks = [
  ...['pullRequestId', 'externalId', 'kind', 'name', 'workflow', 'app', 'headOid', 'status', 'conclusion', 'startedAt'],
  ...['completedAt', 'detailsUrl', 'isCurrent', 'isSkipped'],
];

async function writeChecks(
  tx: Statements,
  detected: readonly Detected[],
  ids: ReadonlyMap<string, string>,
): Promise<void> {
  const rows = detected.flatMap(({ pullRequest, checks }) =>
    checks.map((check) => ({ ...check, pullRequestId: ids.get(pullRequest.id) })),
  );
  if (rows.length === 0) return;
  const columns = columnList(checkRuns, writtenOfChecks);
  await tx.execute(sql`
    INSERT INTO ${checkRuns} (${columns}) SELECT ${columns} FROM ${rowsAsTable(checkRuns, writtenOfChecks, rows)}
    ON CONFLICT (pr_id, external_id) DO UPDATE SET ${asGiven(checkRuns, writtenOfChecks)}`);
}

const writtenOfChanges = [
  ...['id', 'pullRequestId', 'revision', 'kind', 'from', 'to', 'check', 'fields', 'insignificant', 'at'],
];

async function writeChanges(
  tx: Statements,
  detected: readonly Detected[],
  ids: ReadonlyMap<string, string>,
): Promise<void> {
  const rows = detected.flatMap(({ pullRequest, changes }) =>
    changes.map((change) => ({
      ...change,
      id: changeId(pullRequest, change),
      pullRequestId: ids.get(pullRequest.id),
      revision: pullRequest.revision,
      at: pullRequest.checksObservedAt ?? pullRequest.observedAt,
    })),
  );
  if (rows.length === 0) return;
  const columns = columnList(pullRequestStates, writtenOfChanges);
  await tx.execute(sql`
    INSERT INTO ${pullRequestStates} (${columns})
    SELECT ${columns} FROM ${rowsAsTable(pullRequestStates, writtenOfChanges, rows)}
    ON CONFLICT (id) DO NOTHING`);
}

/** What discovery last saw of a repository, or what kept it from seeing. */
async function noteLook(tx: Statements, readings: readonly RepositoryReading[]): Promise<void> {
  const looks = readings.map(({ repositoryId, nameWithOwner, url, isArchived, isWhole, observedAt, problem }) => ({
    ...{ id: repositoryId, nameWithOwner, url, archived: isArchived, lastCheckedAt: observedAt, lastProblem: problem },
    lastWholeLookAt: isWhole ? observedAt : null,
  }));
  const names = ['id', 'nameWithOwner', 'url', 'archived', 'lastCheckedAt', 'lastWholeLookAt', 'lastProblem'];
  await tx.execute(sql`
    UPDATE ${repositories} AS known SET
      name_with_owner = coalesce(given.name_with_owner, known.name_with_owner),
      url = coalesce(given.url, known.url),
      archived = CASE WHEN given.name_with_owner IS NULL THEN known.archived ELSE given.archived END,
      last_checked_at = given.last_checked_at,
      last_whole_look_at = coalesce(given.last_whole_look_at, known.last_whole_look_at),
      last_problem = given.last_problem
    FROM ${rowsAsTable(repositories, names, looks)}
    WHERE known.id = given.id AND coalesce(known.last_checked_at <= given.last_checked_at, true)`);
}

const nothing: Synchronised = { seen: 0, changed: 0, significant: 0, kinds: {} };

function summaryOf(readings: readonly RepositoryReading[], detected: readonly Detected[]): Synchronised {
  const changes = detected.flatMap((one) => one.changes);
  const kinds: Record<string, number> = {};
  for (const { kind } of changes) kinds[kind] = (kinds[kind] ?? 0) + 1;
  return {
    seen: readings.reduce((count, { pullRequests: seen }) => count + seen.length, 0),
    changed: detected.filter((one) => one.changes.length > 0).length,
    significant: changes.filter(({ insignificant }) => insignificant === null).length,
    kinds,
  };
}

function sum(a: Synchronised, b: Synchronised): Synchronised {
  const kinds: Record<string, number> = { ...a.kinds };
  for (const [kind, count] of Object.entries(b.kinds)) kinds[kind] = (kinds[kind] ?? 0) + count;
  return {
    ...{ seen: a.seen + b.seen, changed: a.changed + b.changed, significant: a.significant + b.significant },
    kinds,
  };
}
