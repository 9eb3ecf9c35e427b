import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createGitHub } from '../../src/github/client.ts';
import type { GitHub } from '../../src/github/github.ts';
import { type LocalGitHub, startLocalGitHub } from '../peers/github/local-github.ts';

let hub: LocalGitHub;
let github: GitHub;

beforeAll(async () => {
  hub = await startLocalGitHub();
  hub.seed.addToken({ token: 'ghw-token', login: 'ghw' });
  github = createGitHub({ baseUrl: hub.url, token: () => Promise.resolve('ghw-token'), timeoutMs: 10_000 });
});
afterAll(() => hub.stop());

async function namesOf(owner: string): Promise<string[]> {
  const names: string[] = [];
  for await (const page of github.repositoriesOf(owner)) names.push(...page.map(({ nameWithOwner }) => nameWithOwner));
  return names;
}

describe('the repositories of an owner', () => {
  it('are listed in pages without a cap, but for those that are archived or hidden', async () => {
    for (let index = 0; index < 101; index += 1) {
      await hub.seed.addRepository({ owner: 'acme', name: `app-${String(index)}`, permissions: { ghw: 'WRITE' } });
    }
    await hub.seed.addRepository({ owner: 'acme', name: 'old', archived: true });
    await hub.seed.addRepository({ owner: 'acme', name: 'secret', private: true });
    hub.resetRequests();

    const names = await namesOf('acme');

    expect(names).toHaveLength(101);
    expect(new Set(names).size).toBe(101);
    expect(hub.requests).toHaveLength(2);
  });

  it('are no list at all for an owner that there is not', async () => {
    await expect(namesOf('nobody-here')).rejects.toMatchObject({ name: 'GitHubNotFound' });
  });
});
