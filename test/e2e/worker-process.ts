import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Scene } from './support.ts';

/** The compiled program; tests run after a build. */
export const program = fileURLToPath(new URL('../../dist/ghw.cjs', import.meta.url));

/** `ghw worker start` as a process of its own, to be killed. */
export interface WorkerProcess {
  readonly pid: number;
  readonly ended: Promise<unknown>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

let serial = 0;

/** Starts a worker and returns when it polls. Its environment is built from nothing. */
export async function startWorkerProcess(scene: Scene): Promise<WorkerProcess> {
  const child = spawn(process.execPath, [program, 'worker', 'start', '--config', scene.configPath], {
    env: scene.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  serial += 1;
  const log = createWriteStream(join(scene.directory, `worker-${serial}.log`));
  child.stderr.pipe(log);
  child.stdout.pipe(log);
  const ended = once(child, 'exit');
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  scene.atClose(() => kill('SIGKILL'));
  await untilPolling(scene, child);
  return { pid: child.pid ?? 0, ended, kill };
}

async function untilPolling({ temporal, client }: Scene, child: ChildProcess): Promise<void> {
  const identity = `${child.pid ?? 0}@`;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`The worker ended with ${child.exitCode}`);
    const { pollers } = await temporal.connection.workflowService.describeTaskQueue({
      namespace: temporal.namespace,
      taskQueue: { name: `${client.taskQueue}-feature` },
      taskQueueType: 2,
    });
    if (pollers?.some((poller) => poller.identity?.startsWith(identity))) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
