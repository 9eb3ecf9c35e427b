import { join } from 'node:path';
import { execa } from 'execa';
import { cacheDirectory } from '../../config/cache-directory.ts';
import { findOnPath } from '../../config/find-on-path.ts';
import { installedDirectory, installOnce, isInstalled } from '../../config/install-once.ts';
import { pickEnvironment } from '../../config/pick-environment.ts';
import { GhwError } from '../../domain/errors.ts';
import { buildTemporal, downloadTemporal, temporalCliVersion } from './install-temporal.ts';

/** A Temporal server that runs somewhere, or the executable (Temporal's CLI) that can be one. */
export type FoundTemporal =
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'executable'; readonly path: string; readonly from: 'path' | 'cache' | 'download' | 'go' };

export interface FindTemporalOptions {
  /** Download or build it where it is not there. Default true; false only looks. */
  readonly install?: boolean;
  /** Told, in a sentence for a person, what takes a while. */
  readonly onProgress?: (message: string) => void;
  readonly env?: NodeJS.ProcessEnv;
}

/** A slow disk reads the 150 MB of the executable for the first time. */
const probeTimeoutMs = 30_000;

const cacheName = `temporal/${temporalCliVersion}-${process.platform}-${process.arch}`;
const executableName = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

/**
 * Finds the Temporal server: the address in `TEMPORAL_ADDRESS`; `temporal` on the PATH; the cache; the SDK's own
 * download; a build with Go. What is installed goes into the cache, once per machine.
 *
 * @throws {@link GhwError} `TemporalUnreachable` with everything that was tried and what to do
 */
export async function findTemporal(options: FindTemporalOptions = {}): Promise<FoundTemporal> {
  const { install = true, onProgress, env = process.env } = options;
  const address = env.TEMPORAL_ADDRESS;
  if (address) return { kind: 'address', address };

  const tried = ['TEMPORAL_ADDRESS: not set'];
  const onPath = await findOnPath(executableName, env.PATH);
  if (onPath !== undefined && (await canServe(onPath))) return { kind: 'executable', path: onPath, from: 'path' };
  tried.push(onPath === undefined ? 'temporal on the PATH: none' : `${onPath}: has no working "server start-dev"`);

  const cache = { cache: cacheDirectory(env) };
  const cached = join(installedDirectory(cacheName, cache), executableName);
  if (await isInstalled(cacheName, cache)) {
    if (await canServe(cached)) return { kind: 'executable', path: cached, from: 'cache' };
    tried.push(`${cached}: does not run; remove its directory to have it installed again`);
    throw notFound(tried);
  }
  tried.push(`the cache (${cached}): empty`);
  if (!install) throw notFound(tried);

  let from: 'cache' | 'download' | 'go' = 'cache';
  await installOnce(
    cacheName,
    async (directory) => {
      onProgress?.(`Downloading the Temporal server ${temporalCliVersion}`);
      const noDownload = await downloadTemporal(directory, env);
      if (noDownload === undefined) {
        from = 'download';
        return;
      }
      tried.push(`the Temporal SDK's download: ${noDownload}`);
      onProgress?.(`Building the Temporal server ${temporalCliVersion} with Go (once, one to three minutes)`);
      const noBuild = await buildTemporal(directory, env);
      if (noBuild !== undefined) throw notFound([...tried, `go install: ${noBuild}`]);
      from = 'go';
    },
    cache,
  );
  return { kind: 'executable', path: cached, from };
}

async function canServe(path: string): Promise<boolean> {
  const probe = await execa(path, ['server', 'start-dev', '--help'], {
    env: pickEnvironment(),
    extendEnv: false,
    timeout: probeTimeoutMs,
    reject: false,
  });
  return !probe.failed;
}

function notFound(tried: readonly string[]): GhwError {
  return new GhwError(
    'TemporalUnreachable',
    ['There is no Temporal server to use. Tried, in this order:', ...tried.map((line) => `  - ${line}`)].join('\n'),
    {
      hint:
        `Install Temporal's CLI ${temporalCliVersion} or newer (https://docs.temporal.io/cli) or Go (https://go.dev/dl), ` +
        'or set TEMPORAL_ADDRESS to a server that runs.',
      retryable: false,
    },
  );
}
