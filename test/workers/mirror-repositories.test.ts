import { describe, expect, it } from '@jest/globals';
import type { ConfiguredRepository, LedgerRepository, RepositoryLedger } from '../../src/ledger/ledger.ts';
import { mirrorRepositories } from '../../src/workers/mirror-repositories.ts';

const known: LedgerRepository = {
  id: 'R_known',
  name: 'Octo/Old',
  nameWithOwner: 'octo/new',
  priority: 3,
  active: true,
  archived: false,
  problem: null,
  watermark: null,
  syncedAt: null,
  issueCount: 0,
  lastCheckedAt: null,
  lastWholeLookAt: null,
  lastProblem: null,
};

describe('the ledger’s repositories when a worker starts', () => {
  async function mirrored(...configured: Parameters<typeof mirrorRepositories>[1]) {
    const told: ConfiguredRepository[] = [];
    const ledger: Pick<RepositoryLedger, 'list' | 'mirror'> = {
      list: () => Promise.resolve([known]),
      mirror: (repositories) => Promise.resolve(void told.push(...repositories)),
    };
    await mirrorRepositories(ledger as RepositoryLedger, configured);
    return told;
  }

  const settings = { priority: 1, active: true };

  it('are those of the configuration, with the node ids that it has', async () => {
    expect(await mirrored({ name: 'octo/hello', id: 'R_1', ...settings })).toEqual([
      { name: 'octo/hello', id: 'R_1', ...settings },
    ]);
  });

  it.each(['octo/old', 'OCTO/NEW'])('keep the node id that the ledger has for %s', async (name) => {
    expect(await mirrored({ name, id: null, ...settings })).toEqual([{ name, id: 'R_known', ...settings }]);
  });

  it('are without those whose node id nobody knows yet', async () => {
    expect(await mirrored({ name: 'octo/unknown', id: null, ...settings })).toEqual([]);
  });
});
