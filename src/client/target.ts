import type { ConnectionOptions } from '@temporalio/client';
import { GhwError } from '../domain/errors.ts';
import { readEmbeddedStack } from './embedded-stack.ts';

export interface TargetOptions {
  /** From the configuration. */
  readonly configured: { readonly address: string | null; readonly namespace: string };
  /** See `embeddedStackFile`. */
  readonly embeddedFile: string;
  /** Default: this process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** The Temporal service to talk to. Fits `Connection` and `NativeConnection` alike. */
export interface TemporalTarget {
  readonly namespace: string;
  readonly connection: Pick<ConnectionOptions, 'tls' | 'apiKey' | 'metadata'> & { readonly address: string };
  /** Who named it; for people. */
  readonly source: 'environment' | 'configuration' | 'ghw up';
  /** Null if not known. */
  readonly uiUrl: string | null;
}

/**
 * Finds the Temporal service: the environment (`TEMPORAL_ADDRESS`, or a profile of Temporal's environment configuration
 * named by `TEMPORAL_PROFILE` or `TEMPORAL_CONFIG_FILE`), else the configuration, else the stack that `ghw up` runs.
 * Temporal's default profile counts only where the environment points to it, so that a profile for other work never
 * takes the place of `ghw up`.
 *
 * @throws GhwError `TemporalUnreachable` if nothing names one, `InvalidConfiguration` for a profile that cannot be read
 * @see https://docs.temporal.io/develop/environment-configuration
 */
export async function resolveTarget(options: TargetOptions): Promise<TemporalTarget> {
  const env = options.env ?? process.env;
  const { configured } = options;
  const namespace = env.TEMPORAL_NAMESPACE ?? configured.namespace;
  const fromEnvironment = await environmentTarget(env, namespace);
  if (fromEnvironment !== undefined) return fromEnvironment;
  if (configured.address !== null) {
    return { namespace, connection: { address: configured.address }, source: 'configuration', uiUrl: null };
  }
  const stack = await readEmbeddedStack(options.embeddedFile);
  if (stack?.temporal) {
    const { address, uiUrl } = stack.temporal;
    return { namespace: stack.temporal.namespace, connection: { address }, source: 'ghw up', uiUrl };
  }
  throw new GhwError('TemporalUnreachable', 'No Temporal service is running here, and none is configured.', {
    hint: 'Start one with `ghw up`, or name one: `ghw config set temporal.address host:port`, or TEMPORAL_ADDRESS.',
    retryable: false,
  });
}

const naming = ['TEMPORAL_ADDRESS', 'TEMPORAL_PROFILE', 'TEMPORAL_CONFIG_FILE'] as const;

/** True if the environment names a Temporal service, directly or by a profile. */
export function namesTemporal(env: Readonly<Record<string, string | undefined>>): boolean {
  return naming.some((name) => Boolean(env[name]));
}

async function environmentTarget(
  env: Readonly<Record<string, string | undefined>>,
  namespace: string,
): Promise<TemporalTarget | undefined> {
  if (!namesTemporal(env)) return undefined;
  const { loadClientConnectConfig } = await import('@temporalio/envconfig');
  const set = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  try {
    const loaded = loadClientConnectConfig({ overrideEnvVars: Object.fromEntries(set) });
    const { address, tls, apiKey, metadata } = loaded.connectionOptions;
    if (address === undefined) return undefined;
    return {
      namespace: loaded.namespace ?? namespace,
      connection: { address, tls, apiKey, metadata },
      source: 'environment',
      uiUrl: null,
    };
  } catch (error) {
    throw new GhwError(
      'InvalidConfiguration',
      `Temporal's environment configuration cannot be used: ${String(error)}`,
      {
        hint: 'Look at TEMPORAL_PROFILE, TEMPORAL_CONFIG_FILE and the file that they name.',
        cause: error,
      },
    );
  }
}
