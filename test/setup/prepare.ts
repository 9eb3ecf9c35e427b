import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { findBubblewrap } from '../../src/sandbox/find-bubblewrap.ts';
import { findTemporal } from '../../src/workers/embedded/find-temporal.ts';
import { startTemporalServer } from '../../src/workers/embedded/temporal-server.ts';
import { searchAttributes } from '../../src/workflows/protocol.ts';
import { environmentVariable } from './environment.ts';
import type { TestEnvironment } from './environment.ts';
import { startPostgres } from './postgres.ts';

/**
 * Starts what all integration tests of a run share and tells them by a file.
 *
 * @returns what ends it all
 */
export async function prepare(): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'ghw-test-run-'));
  const [{ server, executable }, workflowBundlePath, bubblewrap, postgres] = await Promise.all([
    startServer(directory),
    bundleWorkflows(directory),
    findBubblewrap({ install: true }),
    startPostgres(directory),
  ]);
  const environment: TestEnvironment = {
    temporalAddress: server.address,
    temporalUiUrl: server.uiUrl,
    namespace: server.namespace,
    temporalCli: executable,
    workflowBundlePath,
    bubblewrap,
    postgresUrl: postgres?.url ?? null,
  };
  const file = join(directory, 'environment.json');
  await writeFile(file, JSON.stringify(environment));
  process.env[environmentVariable] = file;
  return async () => {
    await Promise.all([server.stop(), postgres?.stop()]);
    await rm(directory, { recursive: true, force: true });
  };
}

async function startServer(directory: string) {
  // The tests look at the server's own state, so a server of somebody's is of no use to them.
  const { TEMPORAL_ADDRESS: _ignored, ...env } = process.env;
  const found = await findTemporal({ env, onProgress: (message) => process.stderr.write(`${message} ...\n`) });
  if (found.kind !== 'executable') throw new Error('The tests need an executable of the Temporal server.');
  const server = await startTemporalServer({
    executable: found.path,
    logFile: join(directory, 'temporal.log'),
    searchAttributes,
  });
  return { server, executable: found.path };
}

/** The code that every worker of the tests runs; building it once saves a second per worker. */
async function bundleWorkflows(directory: string): Promise<string> {
  const workflowsPath = join(import.meta.dirname, '..', '..', 'src', 'workflows', 'index.ts');
  const path = join(directory, 'workflow-bundle.js');
  if (!existsSync(workflowsPath)) return path;
  const quiet = { trace: noop, debug: noop, info: noop, warn: console.warn, error: console.error, log: noop };
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: quiet });
  await writeFile(path, code);
  return path;
}

function noop(): void {
  // The bundler reports its every module.
}
