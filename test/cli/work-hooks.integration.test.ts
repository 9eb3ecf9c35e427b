import { once } from 'node:events';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CycleState } from '../../src/domain/cycle/cycle.ts';
import { setScene, type Scene } from '../e2e/support.ts';
import { changeConfig } from '../e2e/work-support.ts';
import { type Ended, ghw } from './ghw.ts';

interface Told {
  readonly cycleId: string;
  readonly moment: string;
  readonly cycle: CycleState;
}

let scene: Scene;
let server: Server;
let posted: Told[];

beforeEach(async () => {
  scene = await setScene();
  posted = [];
  server = createServer((request, response) => {
    void text(request).then((body) => {
      posted.push(JSON.parse(body) as Told);
      response.writeHead(request.url === '/broken' ? 500 : 204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.close();
  await scene.close();
});

function address(path = '/'): string {
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}${path}`;
}

/** A command that keeps what it is given. */
async function keeper(): Promise<{ readonly command: string; readonly kept: () => Promise<string> }> {
  const [program, file] = [join(scene.directory, 'hook.sh'), join(scene.directory, 'kept.txt')];
  await writeFile(program, '#!/bin/sh\n{ env; cat; echo; } >> "$1"\n');
  await chmod(program, 0o755);
  return { command: `${program} ${file}`, kept: () => readFile(file, 'utf8') };
}

function work(...args: string[]): Promise<Ended> {
  return ghw(
    ['work', '--once', '--only-phase', 'sync', ...args, '--config', scene.configPath],
    scene.directory,
    scene.env,
  );
}

describe('cycle hooks (pre- and post-cycle callbacks)', () => {
  it('are commands and addresses that get the cycle as JSON, and none of the worker’s secrets', async () => {
    const { command, kept } = await keeper();
    await changeConfig(scene, (before) => ({ ...before, work: { before: [address()], after: [address(), command] } }));
    await scene.startWorker();

    const { code, stdout } = await work();

    expect(code).toBe(0);
    expect(stdout).toContain('=== Work cycle completed ===');
    expect(posted.map(({ moment }) => moment)).toEqual(['before', 'after']);
    expect(posted[1]?.cycleId).toMatch(/^work:once:/);
    expect(posted[1]?.cycle).toMatchObject({ outcome: 'done', phases: [{ phase: 'sync', done: 1 }] });
    const text = await kept();
    expect(text).toContain('GHW_CYCLE_MOMENT=after');
    expect(text).toContain(`GHW_CYCLE_ID=${posted[1]?.cycleId ?? ''}`);
    expect(text).toContain('"outcome":"done"');
    expect(text).not.toContain(scene.env.GITHUB_TOKEN ?? '');
  });

  it('cost the cycle nothing where they fail, and it says so', async () => {
    await changeConfig(scene, (before) => ({ ...before, work: { before: [address('/broken'), '/no/such/program'] } }));
    await scene.startWorker();

    const { code, stderr, stdout } = await work();

    expect(code).toBe(0);
    expect(stdout).toContain('=== Work cycle completed ===');
    expect(stderr).toContain(`warning: cycle: ${address('/broken')}: answered HTTP 500`);
    expect(stderr).toContain('warning: cycle: /no/such/program:');
  });
});

describe('MAY: send notifications on critical errors', () => {
  it('of a cycle that failed, also where it did not get as far as its configuration', async () => {
    await changeConfig(scene, (before) => ({ ...before, work: { failed: [address()] } }));
    await scene.startWorker();
    const own = join(scene.directory, 'own.yaml');
    await writeFile(own, await readFile(scene.configPath, 'utf8'), { mode: 0o600 });
    await changeConfig(scene, (before) => ({ ...before, repositories: [] }));

    const { code } = await ghw(['work', '--once', '--config', own], scene.directory, scene.env);

    expect(code).toBe(5);
    // The cycle has ended for whoever follows it; the hooks are its last step.
    expect(posted).toMatchObject([
      { moment: 'failed', cycle: { outcome: 'failed', errors: [{ severity: 'fatal', name: 'InvalidConfiguration' }] } },
    ]);
  });
});
