import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openLedger } from '../../../src/ledger/open-ledger.ts';
import { startLedgerServer, type LedgerServer } from '../../../src/workers/embedded/ledger-server.ts';
import { aConfiguredRepository, aSyncedIssue } from '../../ledger/support.ts';
import { processesWith } from '../../sandbox/support.ts';

describe('the embedded ledger', () => {
  let directory: string;
  let started: LedgerServer[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ghw-embedded-'));
    started = [];
  });
  afterEach(async () => {
    await Promise.all(started.map((server) => server.stop()));
    await rm(directory, { recursive: true, force: true });
  });

  async function start(at = join(directory, 'ledger')): Promise<LedgerServer> {
    const server = await startLedgerServer(at);
    started.push(server);
    return server;
  }

  it('keeps what it was told over a restart', async () => {
    const repository = aConfiguredRepository();
    const first = await start();
    const before = await openLedger(first.url);
    await before.repositories.mirror([repository]);
    await before.close();
    await first.stop();

    const after = await openLedger((await start()).url);

    expect(await after.repositories.find(repository.id)).toMatchObject(repository);
    await after.close();
  });

  it('ends when its owner is killed, and the next owner finds all that it has answered', async () => {
    const path = join(directory, 'ledger');
    const repository = aConfiguredRepository();
    const { url, owner } = await startInProcess(path);
    const ledger = await openLedger(url);
    await ledger.repositories.mirror([repository]);
    // It dies while it is written to.
    let stored = 0;
    const writing = (async () => {
      for (;;) {
        await ledger.issues.store(repository.id, [aSyncedIssue({ number: stored + 1 })]);
        stored += 1;
      }
    })().catch((error: unknown) => error);
    while (stored < 20) await sleep(5);
    owner.kill('SIGKILL');
    await once(owner, 'exit');

    expect(await writing).toMatchObject({ name: 'LedgerUnreachable', retryable: true });
    await ledger.close();
    const after = await openLedger((await start(path)).url);

    expect((await after.issues.known(repository.id)).length).toBeGreaterThanOrEqual(stored);
    await after.close();
  });

  it('survives being killed itself', async () => {
    const path = join(directory, 'ledger');
    const repository = aConfiguredRepository();
    const first = await start(path);
    const ledger = await openLedger(first.url);
    await ledger.repositories.mirror([repository]);
    for (const pid of await processesWith(path)) process.kill(pid, 'SIGKILL');
    await first.exited;
    await expect(ledger.repositories.list()).rejects.toMatchObject({ name: 'LedgerUnreachable' });
    await ledger.close();

    const after = await openLedger((await start(path)).url);

    expect(await after.repositories.find(repository.id)).toMatchObject(repository);
    await after.close();
  });

  it('is for its owner alone, and leaves no process and no socket', async () => {
    const path = join(directory, 'ledger');
    await mkdir(path, { mode: 0o777 });
    const server = await start(path);
    expect((await stat(path)).mode & 0o777).toBe(0o700);

    await server.stop();

    expect(await processesWith(path)).toEqual([]);
    expect((await readdir(path)).sort()).toEqual(['data', 'ledger.log']);
  });

  it('has a socket elsewhere where the name of its directory is too long for one', async () => {
    const path = join(directory, 'a-long-name'.repeat(12), 'ledger');
    const server = await start(path);

    const ledger = await openLedger(server.url);
    expect(await ledger.repositories.list()).toEqual([]);
    await ledger.close();

    const sockets = new URL(server.url).searchParams.get('host') ?? '';
    expect((await stat(sockets)).mode & 0o777).toBe(0o700);
    await server.stop();
    await expect(stat(sockets)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('refuses a second one on the same data and leaves the first alone', async () => {
    const path = join(directory, 'ledger');
    const first = await start(path);

    await expect(start(path)).rejects.toMatchObject({
      name: 'NotApplicable',
      hint: expect.stringContaining('data_path') as unknown,
    });

    const ledger = await openLedger(first.url);
    expect(await ledger.repositories.list()).toEqual([]);
    await ledger.close();
  });
});

/** A ledger whose owner is another process, which does nothing else. */
async function startInProcess(path: string) {
  const hooks = new URL('../../setup/typescript-hooks.mjs', import.meta.url).href;
  const source = new URL('../../../src/workers/embedded/ledger-server.ts', import.meta.url).href;
  const script = `
    import { register } from 'node:module';
    register(${JSON.stringify(hooks)});
    const { startLedgerServer } = await import(${JSON.stringify(source)});
    const { url } = await startLedgerServer(${JSON.stringify(path)});
    console.log(url);
  `;
  const owner = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = (await once(createInterface(owner.stdout), 'line')) as [string];
  return { url, owner };
}
