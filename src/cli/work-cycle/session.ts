import type { WorkClient } from '../../client/work-cycle/work-client.ts';
import type { CommandContext } from '../context.ts';

/** The client for work cycles that the configuration names. @throws GhwError `TemporalUnreachable` */
export async function workOf(context: CommandContext): Promise<WorkClient> {
  const [{ workClient }, temporal, { config }] = await Promise.all([
    import('../../client/work-cycle/work-client.ts'),
    context.temporal(),
    context.config(),
  ]);
  return workClient(temporal, config.temporal.task_queue);
}
