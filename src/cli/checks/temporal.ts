import { missingSearchAttributes } from '../../client/search-attributes.ts';
import { hasWorker } from '../../client/worker-presence.ts';
import type { TemporalClient } from '../../client/connection.ts';
import type { Config } from '../../config/schema.ts';
import { GhwError } from '../../domain/errors.ts';
import { agentTaskQueue } from '../../workflows/protocol.ts';
import type { CommandContext } from '../context.ts';
import type { Check } from './check.ts';
import { broken } from './run-checks.ts';

const DAY_S = 24 * 60 * 60;
/** Plans may wait for weeks, and a closed issue's history is its memory. */
const LOW_RETENTION_DAYS = 30;
const DEADLINE_MS = 5_000;

/**
 * The service, what it must know, how long it remembers, and who works for it.
 *
 * @param isEmbedded - true if it is the one that `ghw up` runs: then it need not run yet
 * @throws GhwError `TemporalUnreachable`, `InvalidConfiguration`
 */
export async function checkTemporal(
  context: CommandContext,
  config: Config,
  isEmbedded: boolean,
): Promise<readonly Check[]> {
  const temporal = await context.temporal().catch((error: unknown) => {
    if (isEmbedded && error instanceof GhwError && error.name === 'TemporalUnreachable') return undefined;
    throw error;
  });
  if (temporal === undefined) {
    const message = 'not running; no other Temporal is configured';
    return [{ name: 'Temporal', status: 'warn', message, mend: 'ghw up starts it, with its Web UI and a worker.' }];
  }
  const { target } = temporal;
  const ui = target.uiUrl === null ? '' : `, Web UI ${target.uiUrl}`;
  return [
    {
      name: 'Temporal',
      status: 'ok',
      message: `${target.connection.address}, namespace ${temporal.namespace}, named by ${target.source}${ui}`,
    },
    ...(await Promise.all([
      checkSearchAttributes(temporal).catch((error: unknown) => broken('search attributes', error)),
      checkRetention(temporal).catch((error: unknown) => broken('retention', error)),
      checkWorkers(temporal, config).catch((error: unknown) => broken('worker', error)),
    ])),
  ];
}

async function checkSearchAttributes(temporal: TemporalClient): Promise<Check> {
  const name = 'search attributes';
  const missing = await missingSearchAttributes(temporal);
  if (missing.length === 0) return { name, status: 'ok', message: 'all there' };
  return {
    name,
    status: 'fail',
    message: `missing: ${missing.join(', ')}`,
    mend: 'A worker adds them: ghw worker start',
  };
}

async function checkRetention({ connection, namespace }: TemporalClient): Promise<Check> {
  const name = 'retention';
  const { config } = await connection.withDeadline(Date.now() + DEADLINE_MS, () =>
    connection.workflowService.describeNamespace({ namespace }),
  );
  const days = Math.floor(Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0) / DAY_S);
  const message = `histories of closed issues are kept for ${String(days)} days`;
  if (days >= LOW_RETENTION_DAYS) return { name, status: 'ok', message };
  const mend = `temporal operator namespace update --namespace ${namespace} --retention 90d`;
  return { name, status: 'warn', message, mend };
}

/** Workflows need one worker; each kind of work that repositories use needs one as well. */
async function checkWorkers(
  temporal: TemporalClient,
  { temporal: { task_queue: main }, ...config }: Config,
): Promise<Check> {
  const name = 'worker';
  const types = new Set([config.agent.task_type, ...config.repositories.map(({ agent }) => agent?.task_type)]);
  const queues = [...types].filter((type) => type !== undefined).map((type) => agentTaskQueue(type, main));
  const found = await Promise.all([
    hasWorker(temporal, main),
    ...queues.map((queue) => hasWorker(temporal, queue, 'activity')),
  ]);
  const missing = [main, ...queues].filter((_, index) => found[index] === false);
  if (missing.length === 0) return { name, status: 'ok', message: `works for ${[main, ...queues].join(', ')}` };
  return { name, status: 'warn', message: `none for ${missing.join(', ')}`, mend: 'ghw up, or ghw worker start' };
}
