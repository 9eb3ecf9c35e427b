import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { GhwError } from '../../domain/errors.ts';
import { startGuarded } from '../../workers/embedded/guardian.ts';

/** A repository with its issues, as the local GitHub takes it. */
export interface LocalGitHubSeed {
  readonly owner: string;
  readonly name: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly fromGitRepository?: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly issues: readonly { readonly title: string; readonly body: string; readonly labels: readonly string[] }[];
}

export interface LocalGitHubStart {
  readonly directory: string;
  readonly token: string;
  readonly login: string;
  readonly repositories: readonly LocalGitHubSeed[];
}

/** A GitHub of this machine's own, as a process that ends with us. */
export interface LocalGitHubProcess {
  readonly url: string;
  stop(): Promise<void>;
}

const program = fileURLToPath(new URL('../../../test/peers/github/main.js', import.meta.url));
/** A large repository is copied meanwhile. */
const START_TIMEOUT_MS = 5 * 60_000;

/**
 * Starts the local GitHub with these repositories in it.
 *
 * @throws GhwError `Internal` if it does not start, with what it said
 */
export async function startLocalGitHub(start: LocalGitHubStart): Promise<LocalGitHubProcess> {
  await mkdir(start.directory, { recursive: true });
  const seedFile = join(start.directory, 'seed.json');
  const seed = { tokens: [{ token: start.token, login: start.login }], repositories: start.repositories };
  await writeFile(seedFile, JSON.stringify(seed), { mode: 0o600 });
  const logFile = join(start.directory, 'log.txt');
  const log = await open(logFile, 'w');
  const args = [program, '--data', join(start.directory, 'state'), '--seed', seedFile];
  const server = startGuarded(process.execPath, args, log);
  await log.close();
  const url = await waitForAddress(logFile, server.exited);
  if (url !== undefined) return { url, stop: () => server.stop() };
  await server.stop();
  throw new GhwError('Internal', `The local GitHub does not start. It said:\n${await readFile(logFile, 'utf8')}`, {
    retryable: false,
  });
}

async function waitForAddress(logFile: string, exited: Promise<unknown>): Promise<string | undefined> {
  let gone = false;
  void exited.then(() => (gone = true));
  for (const end = Date.now() + START_TIMEOUT_MS; Date.now() < end && !gone; await sleep(50)) {
    const line = (await readFile(logFile, 'utf8')).split('\n').find((text) => text.startsWith('{"url"'));
    if (line !== undefined) return (JSON.parse(line) as { url: string }).url;
  }
  return undefined;
}
