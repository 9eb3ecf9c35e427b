import type { TemporalTarget } from '../../client/target.ts';
import { findsWorker } from '../../client/worker-presence.ts';
import { GhwError } from '../../domain/errors.ts';
import { startEmbeddedStack } from '../../workers/embedded/stack.ts';
import { createLogger, installRuntime } from '../../workers/logger.ts';
import { watchSettings } from '../../workers/settings.ts';
import { type RunningWorker, startWorker } from '../../workers/worker.ts';
import type { CommandContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { createLiveLine } from '../live-line.ts';
import { resolveTargetOf } from '../temporal-target.ts';

export interface RunOptions {
  readonly logLevel: string;
}

/** `ghw up`: Temporal and a worker in this process, until Ctrl-C. */
export async function up(context: CommandContext, options: RunOptions): Promise<void> {
  const prepared = await prepare(context, options);
  const line = createLiveLine(context.io);
  const stack = await startEmbeddedStack({
    ...prepared,
    onProgress: (message) => {
      line.show(message, message);
    },
  });
  line.clear();
  await announce(context, stack.target, stack.worker);
  await untilStopped(context, stack);
}

/** `ghw worker start`: a worker for a Temporal that is there, until Ctrl-C or SIGTERM. */
export async function startWorkerHere(context: CommandContext, options: RunOptions): Promise<void> {
  const prepared = await prepare(context, options);
  const target = await resolveTargetOf(prepared.config, context.io.env);
  const worker = await startWorker({ ...prepared, target });
  await announce(context, target, worker);
  await untilStopped(context, worker);
}

const levels: readonly string[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'];

async function prepare(context: CommandContext, { logLevel }: RunOptions) {
  if (!levels.includes(logLevel)) {
    throw new GhwError('InvalidInput', `There is no log level ${JSON.stringify(logLevel)}.`, {
      hint: `Choose one of ${levels.join(', ')}.`,
    });
  }
  const loaded = await context.config();
  const { config } = loaded;
  if (config.repositories.length === 0) {
    context.out.note('No repository is configured yet: ghw repositories add owner/repo (the worker takes it up).');
  }
  const logger = createLogger(logLevel);
  installRuntime(logger);
  const settings = watchSettings(context.configOptions, loaded, logger);
  return { config, settings, logger, env: context.io.env };
}

const READY_WITHIN_MS = 10_000;

/** Says that all is ready once that is true: the next command may come within milliseconds. */
async function announce(context: CommandContext, target: TemporalTarget, { taskQueues }: RunningWorker): Promise<void> {
  const { config } = await context.config();
  await findsWorker(await context.temporal(), config.temporal.task_queue, READY_WITHIN_MS);
  const { address } = target.connection;
  context.out.data({ temporal: address, namespace: target.namespace, webUi: target.uiUrl, taskQueues }, () =>
    [
      `Temporal   ${address} (namespace ${target.namespace})`,
      ...(target.uiUrl === null ? [] : [`Web UI     ${target.uiUrl}/namespaces/${target.namespace}/workflows`]),
      `Worker     ${taskQueues.join(', ')}`,
      'Ready. Ctrl-C stops; work that runs is saved and goes on at the next start.',
    ].join('\n'),
  );
}

/** Waits for the end: by signal, graceful and at once at the second, or by a fault. */
async function untilStopped(
  context: CommandContext,
  running: { readonly ended: Promise<void>; stop(): Promise<void> },
): Promise<void> {
  let stopping: Promise<void> | undefined;
  const stop = (): void => {
    if (stopping !== undefined) process.exit(exitCodes.interrupted);
    context.out.note('\nStopping: agents save their work. Ctrl-C again ends at once.');
    stopping = running.stop();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  try {
    await running.ended.catch((error: unknown) => {
      if (stopping === undefined) throw error;
    });
    await stopping;
  } finally {
    // What a fault has left of it must not stay behind.
    await running.stop();
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}
