import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { networkVariables, pickEnvironment } from '../../config/pick-environment.ts';
import { findOnPath } from '../../config/find-on-path.ts';

/** The release of Temporal's CLI, which carries the server and the Web UI, that this version is tested with. */
export const temporalCliVersion = '1.5.1';

const goModule = 'github.com/temporalio/cli/cmd/temporal';

/** A download that has not begun by then counts as refused, in milliseconds. */
const downloadBeginsMs = 10_000;
const downloadTimeoutMs = 5 * 60_000;
const goTimeoutMs = 20 * 60_000;

/** What Go's command may read of our environment: where its tool chain and caches are, and how it reaches modules. */
const goVariables = [
  'GOROOT',
  'GOPATH',
  'GOMODCACHE',
  'GOCACHE',
  'GOTOOLCHAIN',
  'GOPROXY',
  'GONOPROXY',
  'GOPRIVATE',
  'GOSUMDB',
  'GONOSUMDB',
  'GOFLAGS',
];

/**
 * Starts the SDK's own development server once, which downloads it. In a process of its own: the SDK has no way to end
 * a download that hangs, and its native runtime can be configured only once per process.
 */
const downloadScript = `
  import { TestWorkflowEnvironment } from '@temporalio/testing';
  const [downloadDir, version] = process.argv.slice(1);
  const executable = { type: 'cached-download', downloadDir, version };
  const environment = await TestWorkflowEnvironment.createLocal({ server: { executable } });
  await environment.teardown();
`;

/**
 * Lets the Temporal SDK download the server.
 *
 * @returns why it did not work, or undefined when `directory/temporal` is there
 */
export async function downloadTemporal(directory: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => {
    void readdir(directory).then((begun) => {
      if (begun.length === 0) giveUp.abort();
    });
  }, downloadBeginsMs);
  const result = await execa(
    process.execPath,
    ['--input-type=module', '--eval', downloadScript, directory, `v${temporalCliVersion}`],
    {
      // Where a bare import is resolved from: this package, wherever it is installed.
      cwd: import.meta.dirname,
      env: pickEnvironment(networkVariables, env),
      extendEnv: false,
      timeout: downloadTimeoutMs,
      cancelSignal: giveUp.signal,
      stdin: 'ignore',
      reject: false,
    },
  );
  clearTimeout(timer);
  const files = await readdir(directory);
  const complete = files.find((file) => !file.endsWith('.downloading'));
  if (result.failed || complete === undefined) {
    await Promise.all(files.map((file) => rm(join(directory, file))));
    return result.isCanceled || result.timedOut ? 'the download did not begin or end in time' : lastLine(result.stderr);
  }
  await rename(join(directory, complete), join(directory, 'temporal'));
  return undefined;
}

/**
 * Builds the server from Temporal's released source with Go, in one to three minutes.
 *
 * @returns why it did not work, or undefined when `directory/temporal` is there
 */
export async function buildTemporal(directory: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const go = await findOnPath('go', env.PATH);
  if (go === undefined) return 'Go is not installed';
  const result = await execa(go, ['install', '-trimpath', '-ldflags=-s -w', `${goModule}@v${temporalCliVersion}`], {
    cwd: directory,
    // Without cgo no C compiler is needed, and the result runs on any Linux.
    env: { ...pickEnvironment([...networkVariables, ...goVariables], env), GOBIN: directory, CGO_ENABLED: '0' },
    extendEnv: false,
    timeout: goTimeoutMs,
    stdin: 'ignore',
    reject: false,
  });
  if (result.timedOut) return `go install did not end within ${String(goTimeoutMs / 60_000)} minutes`;
  return result.failed ? lastLine(result.stderr) : undefined;
}

function lastLine(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  const error = lines.findLast((line) => /error/i.test(line)) ?? lines.findLast((line) => line !== '');
  return error?.slice(0, 300) ?? 'no message';
}
