import { chmod, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { CycleState } from '../../src/domain/cycle/cycle.ts';
import { setScene, type Scene } from './support.ts';
import { addIssues, changeConfig, numbersOf, phaseOf, runCycle, withLedger, type CycleWish } from './work-support.ts';

let scene: Scene;

afterEach(() => scene.close());

async function recorded(name = 'once'): Promise<readonly CycleState[]> {
  const cycles = await withLedger(scene, (ledger) => ledger.cycles.list({ name }));
  return cycles.map(({ result }) => result as CycleState).reverse();
}

describe('the configuration of a cycle', () => {
  it('MUST: be loaded at the start of each cycle, with its defaults for parallelism; SHOULD: its values are recorded', async () => {
    scene = await setScene({ config: { work: { max_new_plans_per_cycle: 1 } } });
    addIssues(scene, 1);
    addIssues(scene, 1, { labels: ['later'] });
    await scene.startWorker();

    const first = await runCycle(scene);
    await changeConfig(scene, (before) => ({
      ...before,
      plan: { parallelism: 7 },
      sync: { labels: ['later'] },
      repositories: (before.repositories as object[]).map((one) => ({ ...one, review: { parallelism: 1 } })),
    }));
    const second = await runCycle(scene);

    expect(numbersOf(first, 'plan', 'done')).toEqual([1]);
    expect(phaseOf(first, 'plan').skipped).toEqual({ 'left for the next cycle': 1 });
    expect(numbersOf(second, 'plan', 'done')).toEqual([3]);
    expect((await recorded()).map(({ plan }) => plan)).toMatchObject([
      { cycle: 1, labels: ['ghw'], maxNewPlans: 1, parallelism: { plan: 4, implement: 2, review: 2 } },
      { cycle: 2, labels: ['later'], parallelism: { plan: 7 }, repositories: [{ parallelism: { review: 1 } }] },
    ]);
  });

  it('MAY: be watched and changed while a worker runs: one that breaks between two cycles leaves the last good one', async () => {
    scene = await setScene();
    await scene.startWorker();
    await writeFile(scene.configPath, 'repositories: [{ name: ');

    const state = await runCycle(scene);

    expect(phaseOf(state, 'plan')).toMatchObject({ taken: 1, done: 1 });
    expect(state.outcome).toBe('done');
  });

  it('MUST: end the cycle gracefully where it lacks what is needed, with the command that sets it', async () => {
    scene = await setScene();
    await scene.startWorker();
    await changeConfig(scene, (before) => ({ ...before, repositories: [] }));

    const state = await runCycle(scene);

    expect(state).toMatchObject({ outcome: 'failed', phases: [], plan: null });
    expect(state.errors).toMatchObject([
      {
        severity: 'fatal',
        name: 'InvalidConfiguration',
        message: expect.stringContaining('ghw repositories add') as unknown,
      },
    ]);
    expect(await recorded()).toMatchObject([{ outcome: 'failed' }]);
  });
});

describe('MAY: notifications of cycles that fail; extension: hooks before and after cycles', () => {
  it('are commands without a shell or secrets, and addresses; one that fails is named and costs nothing', async () => {
    const bodies: { moment: string; cycle: CycleState }[] = [];
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        bodies.push(JSON.parse(body) as (typeof bodies)[number]);
        response.writeHead(request.url === '/refuse' ? 500 : 204).end();
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      scene = await setScene();
      const out = join(scene.directory, 'hook out.json');
      const hook = join(scene.directory, 'hook');
      await writeFile(hook, '#!/bin/sh\n{ cat; env; } > "$1.$GHW_CYCLE_MOMENT"\n');
      await chmod(hook, 0o755);
      await changeConfig(scene, (before) => ({
        ...before,
        work: {
          before: [`${hook} "${out}"`, 'true'],
          after: [`${hook} "${out}"`, '/does/not/exist', `${url}/refuse`, `${url}/ok`, 'false'],
          failed: [`${url}/failed`],
        },
      }));
      await scene.startWorker();

      const good = await runCycle(scene);
      const bad = await runCycle(scene, { selection: { repositories: ['no/such'] } });

      const before = await readFile(`${out}.before`, 'utf8');
      expect(before).toContain('"outcome":"running"');
      expect(before).toMatch(/GHW_CYCLE_ID=work:test:/);
      expect(before).not.toContain('test-token-of-the-worker');
      expect(await readFile(`${out}.after`, 'utf8')).toContain('"outcome":"done"');
      expect(bodies).toMatchObject([
        { moment: 'after', cycle: { outcome: 'done' } },
        { moment: 'after', cycle: { outcome: 'done' } },
        { moment: 'failed', cycle: { outcome: 'failed', errors: [{ name: 'RepositoryNotConfigured' }] } },
      ]);
      expect(good.outcome).toBe('done');
      expect(good.errors).toMatchObject([
        { severity: 'warning', name: 'HookFailed', message: '/does/not/exist: could not be started (ENOENT)' },
        { severity: 'warning', name: 'HookFailed', message: `${url}: answered HTTP 500` },
        { severity: 'warning', name: 'HookFailed', message: 'false: ended with exit code 1' },
      ]);
      // An address may hold a secret.
      expect(JSON.stringify(await recorded())).not.toContain('/refuse');
      expect(bad.outcome).toBe('failed');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});

describe('MAY: back-off on repeated failures', () => {
  it('lets a schedule rest after three failures in a row, and never what somebody asks for by hand', async () => {
    scene = await setScene();
    await scene.startWorker();
    const scheduled: CycleWish = { name: 'nightly', frequency: '1h', intervalMs: 3_600_000 };
    for (let run = 0; run < 3; run += 1) {
      const state = await runCycle(scene, { ...scheduled, selection: { repositories: ['no/such'] } });
      expect(state.outcome).toBe('failed');
    }

    const resting = await runCycle(scene, scheduled);
    const other = await runCycle(scene, { ...scheduled, name: 'other', phases: ['sync'] });
    const byHand = await runCycle(scene, { ...scheduled, intervalMs: null, phases: ['sync'] });

    expect(resting).toMatchObject({ outcome: 'backed_off', phases: [], plan: { failuresInARow: 3 } });
    expect(Date.parse(resting.plan?.backOffUntil ?? '')).toBeGreaterThan(Date.now() + 3_600_000);
    expect([other.outcome, byHand.outcome]).toEqual(['done', 'done']);
    expect((await recorded('nightly')).map(({ outcome }) => outcome)).toEqual([
      ...['failed', 'failed', 'failed', 'backed_off', 'done'],
    ]);
  });
});
