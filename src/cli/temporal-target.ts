import { embeddedStackFile } from '../client/embedded-stack.ts';
import { type TemporalTarget, resolveTarget } from '../client/target.ts';
import type { Config } from '../config/schema.ts';

/**
 * The Temporal service that a configuration and an environment name.
 *
 * @throws GhwError `TemporalUnreachable` if they name none
 */
export function resolveTargetOf(config: Config, env: NodeJS.ProcessEnv): Promise<TemporalTarget> {
  return resolveTarget({ configured: config.temporal, embeddedFile: embeddedStackFile(config.data_path), env });
}
