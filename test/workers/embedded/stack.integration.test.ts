import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pino from 'pino';
import { embeddedStackFile, readEmbeddedStack } from '../../../src/client/embedded-stack.ts';
import { resolveLedgerUrl } from '../../../src/client/ledger-url.ts';
import { loadConfig } from '../../../src/config/load.ts';
import { openLedger } from '../../../src/ledger/open-ledger.ts';
import { startEmbeddedStack, type EmbeddedStack } from '../../../src/workers/embedded/stack.ts';
import { watchSettings } from '../../../src/workers/settings.ts';
import { setScene, type Scene } from '../../e2e/support.ts';
import { processesWith } from '../../sandbox/support.ts';

describe('the embedded stack with a Temporal that is named', () => {
  let scene: Scene;

  beforeEach(async () => {
    scene = await setScene();
  });
  afterEach(async () => {
    await scene.close();
  });

  async function start(env: NodeJS.ProcessEnv): Promise<EmbeddedStack> {
    const options = { path: scene.configPath, env };
    const loaded = await loadConfig(options);
    const logger = pino({ level: 'silent' });
    const settings = watchSettings(options, loaded, logger);
    const stack = await startEmbeddedStack({ config: loaded.config, settings, logger, env });
    scene.atClose(() => stack.stop());
    return stack;
  }

  it('has a ledger of its own that commands find, with the configured repositories, until it ends', async () => {
    const { DATABASE_URL: _none, ...env } = scene.env;
    const data = join(scene.directory, 'data');
    const embeddedFile = embeddedStackFile(data);

    const stack = await start(env);

    expect(await readEmbeddedStack(embeddedFile)).toMatchObject({ temporal: null, pid: process.pid });
    const ledger = await openLedger(await resolveLedgerUrl({ configured: null, embeddedFile, env }));
    await ledger.cycles.list();
    await ledger.close();
    await stack.stop();
    expect(await readEmbeddedStack(embeddedFile)).toBeUndefined();
    expect(await processesWith(data)).toEqual([]);
  });

  it('starts no ledger where a database is named', async () => {
    await start(scene.env);

    expect(await readEmbeddedStack(embeddedStackFile(join(scene.directory, 'data')))).toBeUndefined();
    expect(await processesWith(join(scene.directory, 'data', 'ledger'))).toEqual([]);
  });

  it('ends with the reason when its ledger is gone', async () => {
    const { DATABASE_URL: _none, ...env } = scene.env;
    const stack = await start(env);

    for (const pid of await processesWith(join(scene.directory, 'data', 'ledger'))) process.kill(pid, 'SIGKILL');

    await expect(stack.ended).rejects.toMatchObject({
      name: 'LedgerUnreachable',
      hint: expect.stringContaining('ledger.log') as unknown,
    });
  });
});
