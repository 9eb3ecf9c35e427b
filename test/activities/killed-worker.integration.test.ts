import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunProgress } from '../../src/activities/agent/progress.ts';
import { createSandbox, type SandboxKind } from '../../src/sandbox/create-sandbox.ts';
import { processesWith, until } from '../sandbox/support.ts';
import { Child } from '../workspace/child.ts';
import { promptsOf, runInput, scripted } from './agent-support.ts';
import type { HostProcess } from './host-process.ts';
import { attempt, createBench, createHost, type Bench } from './support.ts';

let bench: Bench;
const children: Child[] = [];

beforeAll(async () => {
  bench = await createBench();
});
afterEach(async () => {
  for (const child of children.splice(0)) await child.kill();
});
afterAll(() => bench.cleanUp());

const module = new URL('host-process.ts', import.meta.url).href;

async function workerProcess(told: HostProcess): Promise<Child> {
  // By a file: a command line that names what the agent runs would be taken for it.
  const file = join(bench.directory, `${randomUUID()}.json`);
  await writeFile(file, JSON.stringify(told));
  const child = new Child(`
    const { attemptHere } = await import(${JSON.stringify(module)});
    await attemptHere(${JSON.stringify(file)});
  `);
  children.push(child);
  return child;
}

describe('a worker that is killed in the middle of a run', () => {
  it.each<SandboxKind>(['bubblewrap', 'none'])(
    'leaves work that the next attempt on its host goes on with, and no second agent (sandbox %s)',
    async (kind) => {
      const place = await bench.place();
      const mark = `killed-${place.issue.repositoryId ?? ''}`;
      const implement = [
        { append: { path: 'log.txt', content: 'a' } },
        { run: [process.execPath, '-e', 'setInterval(() => {}, 1000)', mark] },
        { append: { path: 'log.txt', content: 'b' } },
      ];
      const input = await runInput(bench, place);
      const { directory, hub } = bench;
      const artifacts = join(directory, 'artifacts');
      const worker = await workerProcess({ url: hub.url, directory, artifacts, sandbox: kind, implement, input });
      // Heartbeats are throttled: of an attempt that is killed, Temporal may know the first alone.
      const heartbeatDetails = JSON.parse(await worker.line()) as RunProgress;
      await until(async () => (await processesWith(mark)).length > 0);

      await worker.kill();
      const host = createHost(bench, { agent: scripted({ implement }), sandbox: await createSandbox({ kind }) });
      const { change, trace } = await attempt((asked) => host.activities.runAgent(asked), [input], {
        attempt: 2,
        heartbeatDetails,
      }).result;

      expect(heartbeatDetails.begun).toBe(false);
      expect(await processesWith(mark)).toEqual([]);
      const workspace = await host.workspaces.prepare({
        ...place,
        key: 'look',
        parent: null,
        work: change && { oid: change.headOid, bundle: change.bundle },
      });
      const log = await host.workspaces.readFile(workspace, change?.headOid ?? '', 'log.txt');
      await workspace.release();
      expect(log).toBe('ab');
      expect(trace).toMatchObject({ resumed: true, session: { id: input.newSessionId } });
      const prompts = await promptsOf(bench, trace.session.file);
      expect(prompts.map((prompt) => prompt.split('\n')[0])).toEqual([
        'Task: implement the plan',
        'Task: continue interrupted work',
      ]);
    },
  );
});
