import type { Logger } from 'pino';
import type { TemporalClient } from '../client/connection.ts';
import { ensureDiscovery } from '../client/discovery.ts';
import { workClient } from '../client/work-cycle/work-client.ts';
import type { Config } from '../config/schema.ts';
import { parseDuration } from '../domain/duration.ts';
import { GhwError } from '../domain/errors.ts';

/**
 * Sees to it that discovery's schedule is there. A worker without the right to make one does its work all the same, and
 * says so.
 */
export async function scheduleDiscovery(temporal: TemporalClient, config: Config, logger: Logger): Promise<void> {
  const everyMs = parseDuration(config.discovery.frequency);
  try {
    const outcome = await ensureDiscovery(workClient(temporal, config.temporal.task_queue), { everyMs });
    if (outcome !== 'unchanged') logger.info({ outcome, frequency: config.discovery.frequency }, 'discovery scheduled');
  } catch (error) {
    if (!(error instanceof GhwError)) throw error;
    logger.warn({ reason: error.message }, 'discovery could not be scheduled');
  }
}
