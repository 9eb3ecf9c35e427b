import { describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/load.ts';
import { repositorySettings, resolvePolicy } from '../../src/config/policy.ts';
import type { Config } from '../../src/config/schema.ts';

async function configured(text: string): Promise<Config> {
  const home = await mkdtemp(join(tmpdir(), 'ghw-policy-'));
  const path = join(home, 'config.yaml');
  await writeFile(path, text);
  const { config } = await loadConfig({ path, env: { HOME: home } });
  await rm(home, { recursive: true });
  return config;
}

const text = `
agent: { model: small, timeout: 1h30m }
plan: { model: large }
implement: { publish: branch }
validation: { commands: [make test] }
repositories:
  - name: Octo/Hello
    id: R_1
    agent: { default: scripted }
    implement: { draft: false }
    validation: { timeout: 5m }
  - name: octo/plain
`;

describe('the policy of a repository', () => {
  it('comes from the file and the defaults', async () => {
    const policy = resolvePolicy(await configured(text), 'octo/plain');

    expect(policy).toMatchObject({
      plan: { agent: 'claude-code', model: 'large' },
      implement: { agent: 'claude-code', model: 'small', publish: 'branch', draft: true },
      run: { wallClockMs: 5_400_000, idleMs: 600_000 },
      validation: { timeoutMs: 1_800_000 },
    });
  });

  it('lets what the repository sets itself come first, key by key', async () => {
    const config = await configured(text);

    const policy = resolvePolicy(config, 'octo/hello');

    expect(policy).toMatchObject({
      plan: { agent: 'scripted', model: 'large' },
      implement: { publish: 'branch', draft: false, validationRounds: 2 },
      validation: { timeoutMs: 300_000 },
    });
    expect(repositorySettings(config, 'octo/hello').validation.commands).toEqual(['make test']);
  });

  it('is found by node id, so that a rename changes nothing', async () => {
    const config = await configured(text);

    expect(resolvePolicy(config, 'R_1')).toEqual(resolvePolicy(config, 'OCTO/hello'));
  });

  it('is refused for a repository that is not configured', async () => {
    const config = await configured(text);

    expect(() => resolvePolicy(config, 'octo/other')).toThrow(
      expect.objectContaining({ name: 'RepositoryNotConfigured', hint: 'ghw repositories add octo/other' }),
    );
  });
});
