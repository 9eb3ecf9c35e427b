import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectTemporal } from '../../src/client/connection.ts';
import {
  embeddedStackFile,
  readEmbeddedStack,
  removeEmbeddedStack,
  writeEmbeddedStack,
} from '../../src/client/embedded-stack.ts';
import { resolveTarget } from '../../src/client/target.ts';

const stack = {
  temporal: { address: '127.0.0.1:1234', namespace: 'default', uiUrl: 'http://127.0.0.1:1235' },
  ledgerUrl: 'postgresql:///postgres?host=%2Frun%2Fledger',
  pid: process.pid,
};
const none = { address: null, namespace: 'default' };

let folder: string;
let embeddedFile: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ghw-target-'));
  embeddedFile = embeddedStackFile(folder);
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('which Temporal is meant', () => {
  it('is the one of `ghw up` where nothing else is named', async () => {
    await writeEmbeddedStack(embeddedFile, stack);

    expect(await resolveTarget({ configured: none, embeddedFile, env: {} })).toEqual({
      namespace: 'default',
      connection: { address: '127.0.0.1:1234' },
      source: 'ghw up',
      uiUrl: 'http://127.0.0.1:1235',
    });
  });

  it('is the configured one before that, and TEMPORAL_ADDRESS before both', async () => {
    await writeEmbeddedStack(embeddedFile, stack);
    const configured = { address: 'temporal.test:7233', namespace: 'mine' };

    expect(await resolveTarget({ configured, embeddedFile, env: {} })).toMatchObject({
      namespace: 'mine',
      connection: { address: 'temporal.test:7233' },
      source: 'configuration',
    });
    const env = { TEMPORAL_ADDRESS: 'other.test:7233', TEMPORAL_NAMESPACE: 'theirs', HOME: folder };
    expect(await resolveTarget({ configured, embeddedFile, env })).toMatchObject({
      namespace: 'theirs',
      connection: { address: 'other.test:7233' },
      source: 'environment',
    });
  });

  it('is a profile of Temporal’s environment configuration where one is named', async () => {
    const file = join(folder, 'temporal.toml');
    await writeFile(file, '[profile.team]\naddress = "team.test:7233"\nnamespace = "team"\napi_key = "k"\n');
    const env = { TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'team', HOME: folder };

    const target = await resolveTarget({ configured: none, embeddedFile, env });

    expect(target).toMatchObject({ namespace: 'team', connection: { address: 'team.test:7233', apiKey: 'k' } });
  });

  it('says so when the named profile cannot be read', async () => {
    const env = { TEMPORAL_CONFIG_FILE: join(folder, 'nothing.toml'), TEMPORAL_PROFILE: 'team', HOME: folder };

    await expect(resolveTarget({ configured: none, embeddedFile, env })).rejects.toMatchObject({
      name: 'InvalidConfiguration',
    });
  });

  it('is none where `ghw up` runs only a ledger', async () => {
    await writeEmbeddedStack(embeddedFile, { ...stack, temporal: null });

    await expect(resolveTarget({ configured: none, embeddedFile, env: {} })).rejects.toMatchObject({
      name: 'TemporalUnreachable',
    });
  });

  it('says how to get one when there is none', async () => {
    await expect(resolveTarget({ configured: none, embeddedFile, env: {} })).rejects.toMatchObject({
      name: 'TemporalUnreachable',
      hint: expect.stringContaining('ghw up'),
    });
  });
});

describe('the word of `ghw up`', () => {
  it('is for its owner alone, and goes when the stack ends', async () => {
    await writeEmbeddedStack(embeddedFile, stack);
    expect((await stat(embeddedFile)).mode & 0o777).toBe(0o600);

    await removeEmbeddedStack(embeddedFile);

    expect(await readEmbeddedStack(embeddedFile)).toBeUndefined();
  });

  it('does not count when its process was killed, or when it is broken', async () => {
    await writeEmbeddedStack(embeddedFile, { ...stack, pid: 2 ** 22 + 1 });
    expect(await readEmbeddedStack(embeddedFile)).toBeUndefined();

    await writeFile(embeddedFile, '{"temporal":');
    expect(await readEmbeddedStack(embeddedFile)).toBeUndefined();

    const { uiUrl: _none, ...halfTemporal } = stack.temporal;
    await writeFile(embeddedFile, JSON.stringify({ ...stack, temporal: halfTemporal }));
    expect(await readEmbeddedStack(embeddedFile)).toBeUndefined();
  });
});

describe('connecting', () => {
  it('fails within seconds, with the address and what to do', async () => {
    const target = {
      namespace: 'default',
      connection: { address: '127.0.0.1:9' },
      source: 'configuration',
      uiUrl: null,
    };

    await expect(connectTemporal({ ...target, source: 'configuration' })).rejects.toMatchObject({
      name: 'TemporalUnreachable',
      message: expect.stringContaining('127.0.0.1:9'),
    });
  });
});
