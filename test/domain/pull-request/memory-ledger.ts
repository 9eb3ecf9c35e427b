import { changeId, type RecordedChange } from '../../../src/domain/pull-request/change.ts';
import type { Known } from '../../../src/domain/pull-request/detect.ts';
import { detectReading } from '../../../src/domain/pull-request/reading.ts';
import type { DiscoveryLedger } from './discovery.ts';

interface Row extends Known {
  readonly changes: readonly RecordedChange[];
  readonly toldUpTo: number;
}

/** The decisions of the ledger without a database. */
export function memoryLedger(): DiscoveryLedger {
  const rows = new Map<string, Row>();
  const untoldOf = ({ changes, toldUpTo }: Row): readonly RecordedChange[] =>
    changes.filter(({ insignificant, revision }) => insignificant === null && revision > toldUpTo);

  return {
    openOf: (ids) =>
      Promise.resolve(
        [...rows.values()]
          .map(({ pullRequest }) => pullRequest)
          .filter(({ repositoryId, state }) => ids.includes(repositoryId) && state === 'open'),
      ),

    knownOf: (ids) => Promise.resolve(ids.flatMap((id) => rows.get(id) ?? []).map(({ pullRequest }) => pullRequest)),

    synchronise(readings, rulesOf) {
      for (const reading of readings) {
        for (const found of detectReading(rows, reading, rulesOf(reading.repositoryId))) {
          const { pullRequest } = found;
          const row = rows.get(pullRequest.id) ?? { checks: [], changes: [], toldUpTo: 0 };
          const checks = new Map([...row.checks, ...found.checks].map((check) => [check.externalId, check]));
          const changes = found.changes.map((change) => ({
            ...{ ...change, id: changeId(pullRequest, change), revision: pullRequest.revision },
            at: pullRequest.observedAt,
          }));
          const all = { pullRequest, checks: [...checks.values()], changes: [...row.changes, ...changes] };
          rows.set(pullRequest.id, { ...all, toldUpTo: row.toldUpTo });
        }
      }
      return Promise.resolve({ seen: 0, changed: 0, significant: 0, kinds: {} });
    },

    untold: (limit) =>
      Promise.resolve(
        [...rows.values()]
          .filter((row) => untoldOf(row).length > 0)
          .slice(0, limit)
          .map((row) => ({
            pullRequest: {
              ...row.pullRequest,
              ...{ ledgerId: row.pullRequest.id, repository: 'octo/hello', registeredName: 'octo/hello', priority: 3 },
            },
            changes: untoldOf(row),
          })),
      ),

    markTold(told) {
      for (const { id, revision } of told) {
        const row = rows.get(id);
        if (row) rows.set(id, { ...row, toldUpTo: Math.max(row.toldUpTo, revision) });
      }
      return Promise.resolve();
    },
  };
}
