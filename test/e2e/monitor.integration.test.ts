import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { describe, expect, it } from '@jest/globals';
import type { Script } from '../../src/agents/scripted/script.ts';
import { followRun, type RunItem } from '../../src/client/runs/follow-run.ts';
import { until } from '../sandbox/support.ts';
import { anotherHost } from './another-host.ts';
import { agentReached, isOpened, planAndApprove, slowScript, tell } from './killed-support.ts';
import { setScene, type Scene } from './support.ts';
import { program, startWorkerProcess } from './worker-process.ts';

/** A worker's death is noticed after 15 s. */
const TIMEOUT_MS = 240_000;

interface Line {
  readonly type: string;
  readonly state?: string;
  readonly attempt?: number;
  readonly n?: number;
  readonly text?: string;
  readonly path?: string;
}

/** Hangs until its worker dies; resumed, it goes on behind that. */
const script: Script = {
  ...slowScript(),
  implement: [
    {
      steps: [
        { text: 'Reading.' },
        { write: { path: 'half.txt', content: 'half\n' } },
        { hang: true },
        { write: { path: 'rest.txt', content: 'rest\n' } },
        { text: 'Done.' },
      ],
    },
  ],
};

interface Watching {
  readonly lines: readonly Line[];
  readonly child: ChildProcess;
  readonly ended: Promise<number>;
}

/** `ghw` on a machine of its own. */
async function ghw(scene: Scene, name: string, args: readonly string[]): Promise<Watching> {
  const { configPath, env } = await anotherHost(scene, name);
  const child = spawn(process.execPath, [program, ...args, '--config', configPath], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: Line[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(JSON.parse(line) as Line));
  const ended = once(child, 'close').then(() => child.exitCode ?? -1);
  scene.atClose(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { lines, child, ended };
}

async function collect(items: AsyncIterable<RunItem>): Promise<readonly RunItem[]> {
  const all: RunItem[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const recordsOf = (lines: readonly Line[]): readonly Line[] => lines.filter(({ n }) => n !== undefined);
const idsOf = (lines: readonly Line[]): readonly string[] =>
  recordsOf(lines).map(({ attempt, n }) => `${attempt}/${n}`);

describe('ghw monitor', () => {
  it(
    'attached in the middle, from a machine without the worker’s disk, misses nothing through the death of the worker',
    async () => {
      const scene = await setScene({
        script,
        config: { artifacts: { store: 'directory' } },
      });
      try {
        const { repository, issue } = scene;
        const first = await startWorkerProcess(scene);
        await planAndApprove(scene);
        await tell(scene, 'implement');
        await agentReached(scene, 'author', 'implement', 2);

        const watching = await ghw(scene, 'watcher', ['monitor', repository, String(issue.number), '--json']);
        const following = collect(followRun(scene.client, { repository, number: issue.number }));
        await until(() => recordsOf(watching.lines).length > 0);
        await first.kill('SIGKILL');
        await until(() => watching.lines.some(({ state }) => state === 'worker_gone'));
        await startWorkerProcess(scene);
        await scene.until(isOpened);
        const exitCode = await watching.ended;
        const told = await following;

        const transcript = await ghw(scene, 'reader', [
          'transcript',
          'show',
          `${repository}#${issue.number}`,
          '--json',
        ]);
        await transcript.ended;
        expect(exitCode).toBe(0);
        expect(watching.lines[0]).toMatchObject({ type: 'status' });
        expect(watching.lines.at(-1)).toMatchObject({ type: 'end', result: 'done' });
        expect(idsOf(watching.lines)).toEqual(idsOf(transcript.lines));
        expect(new Set(idsOf(watching.lines)).size).toBe(idsOf(watching.lines).length);
        expect(recordsOf(watching.lines).filter(({ type }) => type === 'attempt_started')).toHaveLength(2);
        const raw = await ghw(scene, 'reader-of-lines', [
          'transcript',
          'show',
          `${repository}#${issue.number}`,
          '--raw',
        ]);
        await raw.ended;
        const said = raw.lines.filter(({ type }) => type === 'text').map(({ text }) => text);
        expect(
          recordsOf(watching.lines)
            .filter(({ type }) => type === 'text')
            .map(({ text }) => text),
        ).toEqual(said);
        // Without the ledger, a program is told what heartbeats hold: all but the end of an attempt.
        const heard = told.flatMap((item) =>
          item.kind === 'record' ? [`${item.record.attempt}/${item.record.n}`] : [],
        );
        expect(heard).toEqual(idsOf(transcript.lines).filter((id) => heard.includes(id)));
        expect(heard.length).toBeGreaterThan(0);
        expect(told.at(-1)).toMatchObject({ kind: 'end', result: 'done' });
      } finally {
        await scene.close();
      }
    },
    TIMEOUT_MS,
  );
});
