import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execa } from 'execa';
import type { WorkSchedule } from '../../src/client/work-cycle/schedule-status.ts';
import { changeConfig } from '../e2e/work-support.ts';
import { setScene, type Scene } from '../e2e/support.ts';
import { startWorkerProcess } from '../e2e/worker-process.ts';
import { type Ended, ghw, main } from './ghw.ts';

const TIME = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z';

let scene: Scene;
let name: string;

beforeEach(async () => {
  scene = await setScene();
  name = `s-${randomUUID()}`;
});
afterEach(async () => {
  await work('stop', '--cancel', '--name', name);
  await scene.close();
});

function work(...args: string[]): Promise<Ended> {
  return ghw(['work', ...args, '--config', scene.configPath], scene.directory, scene.env);
}

/** The command as a process, to be interrupted. */
function spawnWork(...args: string[]) {
  const child = execa(process.execPath, [main, 'work', ...args, '--config', scene.configPath], {
    env: scene.env,
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    all: true,
  });
  let seen = '';
  child.all.on('data', (chunk) => (seen += String(chunk)));
  const told = async (text: string): Promise<void> => {
    while (!seen.includes(text)) {
      if (child.exitCode !== null) throw new Error(`It ended without saying ${JSON.stringify(text)}: ${seen}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  return { child, told, seen: () => seen };
}

async function status(): Promise<WorkSchedule> {
  const { stdout, stderr } = await work('status', '--name', name, '--json');
  const [schedule] = JSON.parse(stdout || '[]') as WorkSchedule[];
  if (schedule === undefined) throw new Error(stderr);
  return schedule;
}

describe('MUST: run cycle after cycle until interrupted, and rest between them', () => {
  it('SHOULD: log cycle numbers and timestamps, and print the interval before starting; MAY: a maximum of cycles', async () => {
    await scene.startWorker();

    const { code, stdout, stderr } = await work(
      ...['--every', '5s', '--max-cycles', '2', '--name', name, '--only-phase', 'sync'],
    );

    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain(`Created work:${name}.`);
    expect(stdout).toContain(`Schedule work:${name}: every 5s (5 seconds between two cycles`);
    for (const number of [1, 2]) {
      expect(stdout).toMatch(new RegExp(`^--- Cycle ${String(number)} at ${TIME}, every 5s ---$`, 'm'));
    }
    expect(stdout.match(/=== Work cycle completed ===/g)).toHaveLength(2);
    expect(stdout.trimEnd().endsWith('No cycle is left.')).toBe(true);
    expect(await status()).toMatchObject({ started: 2, remainingCycles: 0 });
  });

  it('MAY: environment variables override the configuration: without options, sync.frequency says how often', async () => {
    await changeConfig(scene, (before) => ({ ...before, sync: { frequency: '3h' } }));
    expect((await work('--name', name, '--no-wait')).stdout).toContain(
      `Created: Schedule work:${name}: every 3h (10800`,
    );

    const env = { ...scene.env, GHW_SYNC_FREQUENCY: '45m' };
    const args = ['work', '--name', name, '--no-wait', '--config', scene.configPath];
    const { stdout } = await ghw(args, scene.directory, env);

    expect(stdout).toContain(`Updated: Schedule work:${name}: every 45m (2700 seconds between two cycles)`);
  });

  it('and say at once that no worker is there, while the schedule waits for one', async () => {
    const { code, stderr, stdout } = await work('--every', '1h', '--name', name, '--no-wait');

    expect(code).toBe(0);
    expect(stdout).toContain('Created');
    expect(stderr).toContain('No worker is there: cycles wait until one starts');
  });

  it('SHOULD: end gracefully on Ctrl-C: the schedule goes on, and the command says how to follow or end it', async () => {
    await scene.startWorker();
    const { child, told, seen } = spawnWork('--every', '1h', '--name', name);
    await told('Ctrl-C ends the watching');

    child.kill('SIGINT');

    expect((await child).exitCode).toBe(130);
    expect(seen()).toMatch(new RegExp(`^Waiting (?:1h|\\d+m)\\S* for the next cycle, at ${TIME}\\. Ctrl-C ends`, 'm'));
    expect(seen()).toContain(`Follow it: ghw work follow --name ${name}`);
    expect(seen()).not.toMatch(/^\s+at /m);
    expect(await status()).toMatchObject({ paused: false });
    // Following it again tells what comes next.
    const again = spawnWork('follow', '--name', name);
    await again.told('Waiting ');
    again.child.kill('SIGINT');
    await again.told('once more');
    again.child.kill('SIGINT');
    expect((await again.child).exitCode).toBe(130);
    expect(again.seen()).toContain(`Paused. Go on: ghw work resume --name ${name}`);
    expect(await status()).toMatchObject({ paused: true, note: expect.stringContaining('Ctrl-C twice') });
  });
});

describe('MUST: catch and log cycle errors without stopping', () => {
  it('SHOULD: isolate them, and track how many cycles failed', async () => {
    await changeConfig(scene, (before) => ({ ...before, repositories: [{ name: 'octo/gone' }] }));
    const { pid } = await startWorkerProcess(scene);
    expect(pid).toBeGreaterThan(0);

    const { code, stderr, stdout } = await work(
      ...['--every', '3s', '--max-cycles', '2', '--name', name, '--fail-on-error', 'octo/*', '--only-phase', 'sync'],
    );

    expect(code).toBe(1);
    expect(stdout.match(/^--- Cycle/gm)).toHaveLength(2);
    expect(stderr.match(/^error: .*octo\/gone/gm)?.length).toBeGreaterThanOrEqual(2);
    const history = await work('history', '--name', name);
    expect(history.stdout).toContain('Outcomes: failed 2');
    expect(history.stdout).toContain('Failed in a row: 2');
  });

  it('MUST: log phase transitions and errors with structured fields: phase, cycle, frequency, interval_seconds', async () => {
    const log: Record<string, unknown>[] = [];
    const worker = execa(process.execPath, [main, 'worker', 'start', '--config', scene.configPath], {
      env: scene.env,
      extendEnv: false,
      stdin: 'ignore',
      reject: false,
    });
    worker.stderr.on('data', (chunk) => {
      for (const line of String(chunk).split('\n').filter(Boolean))
        log.push(JSON.parse(line) as Record<string, unknown>);
    });
    scene.atClose(() => {
      worker.kill('SIGKILL');
      return worker;
    });
    await new Promise<void>((resolve) => worker.stdout.once('data', () => resolve()));

    await work('--every', '1h', '--max-cycles', '1', '--name', name, '--skip-phase', 'review');

    const lines = (msg: string): unknown[] => log.filter((line) => line.msg === msg);
    const common = { name, cycle: 1, frequency: '1h', interval_seconds: 3600 };
    while (lines('work cycle ended').length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(lines('work cycle begins')).toEqual([
      expect.objectContaining({ ...common, repositories: 1, labels: ['ghw'], maxNewPlans: 10 }),
    ]);
    expect(lines('phase begins')).toEqual(
      ['sync', 'plan', 'implement'].map((phase) => expect.objectContaining({ ...common, phase })),
    );
    expect(lines('phase ended')[1]).toMatchObject({ ...common, phase: 'plan', taken: 1, done: 1, failed: 0 });
    expect(lines('work cycle ended')).toEqual([expect.objectContaining({ ...common, outcome: 'done' })]);
  });
});

describe('MAY: pause, resume, other frequencies at run time, an end, and a cycle on demand', () => {
  it('MAY: provide pause and resume, and another frequency, by one command each', async () => {
    await work('--every', '1h', '--name', name, '--no-wait', '--label', '!wip');

    expect((await work('pause', '--name', name, '--reason', 'holidays', '--by', 'ana')).stdout).toContain('Paused.');
    const paused = await work('status', '--name', name);
    expect(paused.stdout).toMatch(/^ {2}state +paused \(ana: holidays\)$/m);
    expect(paused.stdout).toMatch(/^ {2}works on +all repositories; without label wip$/m);
    expect(paused.stdout).toContain('none before it is resumed');
    expect((await work('--every', '1h', '--name', name, '--no-wait', '--label', '!wip')).code).toBe(0);
    expect(await status()).toMatchObject({ paused: true, note: 'ana: holidays' });
    expect((await work('resume', '--name', name)).stdout).toMatch(/^Resumed\. The next cycle: /);

    expect((await work('set-frequency', '2h', '--name', name)).stdout).toContain('Changed: every 2h');
    const cron = await work('set-frequency', '30 9 * * 1-5', '--timezone', 'UTC', '--name', name);
    expect(cron.stdout).toContain('Changed: at 30 9 * * 1-5');
    expect(cron.stdout).toContain('at 30 9 * * 1-5 UTC (86400 seconds between two cycles)');
    expect(await status()).toMatchObject({ frequency: '30 9 * * 1-5', timeZone: 'UTC', paused: false });

    expect((await work('stop', '--name', name)).stdout).toContain(`The schedule work:${name} is ended`);
    const gone = await work('status', '--name', name);
    expect(gone).toMatchObject({ code: 4, stdout: '' });
    expect(gone.stderr).toContain(`error: There is no schedule work:${name}.`);
  });

  it('MAY: implement cron-like scheduling', async () => {
    const { stdout } = await work('--cron', '0 9 * * 1-5', '--timezone', 'Europe/Berlin', '--name', name, '--no-wait');

    expect(stdout).toContain(`Schedule work:${name}: at 0 9 * * 1-5 Europe/Berlin (86400 seconds`);
    expect(await status()).toMatchObject({ started: 0, running: [] });
  });

  it('extension: immediate processing: triggers a cycle at once, and follows it', async () => {
    await scene.startWorker();
    await work('--cron', '0 0 1 1 *', '--name', name, '--no-wait');

    const { code, stdout } = await work('trigger', '--name', name);

    expect(code).toBe(0);
    expect(stdout).toContain(`${scene.repository}#1: plan written`);
    expect(stdout).toContain('=== Work cycle completed ===');
    const { recent } = await status();
    const told = await work('follow', recent[0]?.id ?? '');
    expect(told.stdout).toContain(`${scene.repository}#1: plan written`);
    expect(await work('follow', 'work:once:nothing')).toMatchObject({ code: 4 });
  });

  it.each([
    [['set-frequency', 'soon'], '"soon" is not a duration.'],
    [['set-frequency', '1 2 3'], 'A cron expression must be five fields'],
    [['--cron', '99 9 * * *'], 'Temporal refused schedule'],
    [['--every', '1h', '--max-cycles', '0'], '--max-cycles must be a whole number from 1'],
    [['--every', '1h', '--skip-phase', 'sync,plan,implement,review'], 'A cycle without a phase does nothing.'],
    [['pause', '--name', 'No Name'], 'The name of a schedule must be lower-case letters'],
  ])('refuses %j: %s', async (args, message) => {
    const { code, stderr, stdout } = await work(...args, ...(args.includes('--name') ? [] : ['--name', name]));

    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('Ctrl-C while one cycle is followed', () => {
  it('leaves it running and says how to follow or cancel it; ghw work cancel ends it', async () => {
    await scene.startWorker();
    scene.github.setLatency(3_000);
    const { child, told, seen } = spawnWork('--once');
    await told('=== Syncing issues ===');

    child.kill('SIGINT');

    expect((await child).exitCode).toBe(130);
    const [, id = ''] = /Follow it: ghw work follow (work:once:\S+)/.exec(seen()) ?? [];
    expect(seen()).toContain(`Cancel it: ghw work cancel ${id}`);
    const following = work('follow', id);
    expect((await work('cancel', id)).stdout).toContain(`${id}: cancelled.`);
    const followed = await following;
    expect(followed.code).toBe(1);
    expect(followed.stdout).toContain('Work cycle cancelled');
    scene.github.setLatency(0);
    expect(await work('cancel', id)).toMatchObject({ code: 4 });
  });

  it('a second one cancels it', async () => {
    await scene.startWorker();
    scene.github.setLatency(3_000);
    const { child, told, seen } = spawnWork('--once');
    await told('=== Syncing issues ===');

    child.kill('SIGINT');
    await told('once more');
    child.kill('SIGINT');

    expect((await child).exitCode).toBe(130);
    expect(seen()).toContain('Cancelled. What has not begun is taken back');
    scene.github.setLatency(0);
    expect((await work('history')).stdout).toMatch(/^once .* cancelled /m);
  });
});
