import { setTimeout as sleep } from 'node:timers/promises';
import type { TemporalClient } from './connection.ts';

/** A worker asks anew within a minute; one that has not for longer than this is gone. */
const POLL_MAX_AGE_MS = 90_000;
const DEADLINE_MS = 10_000;

/** `WORKFLOW` and `ACTIVITY` of the service's `TaskQueueType`. */
const queueTypes = { workflow: 1, activity: 2 } as const;

/**
 * True if a worker asks for work of this kind on the queue. A worker that was killed moments ago still counts: Temporal
 * cannot know, so that a caller needs a deadline as well.
 */
export async function hasWorker(
  temporal: TemporalClient,
  taskQueue: string,
  kind: keyof typeof queueTypes = 'workflow',
): Promise<boolean> {
  const { pollers } = await temporal.connection.withDeadline(Date.now() + DEADLINE_MS, () =>
    temporal.connection.workflowService.describeTaskQueue({
      namespace: temporal.namespace,
      taskQueue: { name: taskQueue },
      taskQueueType: queueTypes[kind],
    }),
  );
  const oldest = Date.now() - POLL_MAX_AGE_MS;
  return (pollers ?? []).some(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000 >= oldest);
}

const ASK_EVERY_MS = 50;
/** A worker that has just been started asks for its first task a moment later. */
const DEFAULT_PATIENCE_MS = 800;

/** As {@link hasWorker} for workflows, with a little patience for one that is just starting. */
export async function findsWorker(
  temporal: TemporalClient,
  taskQueue: string,
  patienceMs = DEFAULT_PATIENCE_MS,
): Promise<boolean> {
  for (const end = Date.now() + patienceMs; ; await sleep(ASK_EVERY_MS)) {
    if (await hasWorker(temporal, taskQueue)) return true;
    if (Date.now() >= end) return false;
  }
}
