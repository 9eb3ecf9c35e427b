import { namedLedger } from '../../client/ledger-url.ts';
import { namesTemporal } from '../../client/target.ts';
import type { LoadedConfig } from '../../config/load.ts';
import type { CommandContext } from '../context.ts';
import { checkAgents, checkModelKey } from './agents.ts';
import type { Check } from './check.ts';
import { checkGitHub } from './github.ts';
import { checkLedger } from './ledger.ts';
import { checkDisk, checkGit, checkNode, checkSandbox } from './machine.ts';
import type { Probe } from './run-checks.ts';
import { checkTemporal } from './temporal.ts';

const SHORT_MS = 15_000;
/** Many repositories, each a request. */
const GITHUB_MS = 60_000;
/** Where there is no bubblewrap yet, it is fetched. */
const SANDBOX_MS = 120_000;

/** What can be looked at whatever the configuration says. */
export function machineProbes(): readonly Probe[] {
  return [
    { name: 'Node', timeoutMs: SHORT_MS, look: checkNode },
    { name: 'git', timeoutMs: SHORT_MS, look: checkGit },
  ];
}

/** What the configuration names. */
export function configuredProbes(context: CommandContext, loaded: LoadedConfig): readonly Probe[] {
  const { config } = loaded;
  const { env } = context.io;
  const isEmbedded = {
    temporal: !namesTemporal(env) && config.temporal.address === null,
    ledger: namedLedger({ configured: config.database.url, env }) === null,
  };
  return [
    { name: 'configuration', timeoutMs: SHORT_MS, look: () => Promise.resolve([checkConfiguration(loaded)]) },
    { name: 'Temporal', timeoutMs: SHORT_MS, look: () => checkTemporal(context, config, isEmbedded.temporal) },
    { name: 'ledger', timeoutMs: SHORT_MS, look: () => checkLedger(context, config, isEmbedded.ledger) },
    { name: 'GitHub', timeoutMs: GITHUB_MS, look: () => checkGitHub(config, env) },
    { name: 'agents', timeoutMs: 2 * SHORT_MS, look: () => checkAgents(config, env) },
    { name: 'model key', timeoutMs: SHORT_MS, look: () => Promise.resolve(checkModelKey(config, env)) },
    { name: 'sandbox', timeoutMs: SANDBOX_MS, look: () => checkSandbox(config) },
    { name: 'disk', timeoutMs: SHORT_MS, look: () => checkDisk(config) },
  ];
}

function checkConfiguration({ path, exists }: LoadedConfig): Check {
  if (exists) return { name: 'configuration', status: 'ok', message: path };
  const message = `${path} does not exist: all values are defaults`;
  return { name: 'configuration', status: 'warn', message, mend: 'ghw init' };
}
