import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { lock } from 'proper-lockfile';
import { GhwError } from '../../domain/errors.ts';
import { identityIn, lifeOf, nameOf, thisProcess } from '../../workspace/process-identity.ts';
import { startGuarded, type GuardedProcess } from './guardian.ts';

/** The embedded ledger, running. */
export interface LedgerServer {
  /** For whoever is this user on this machine: the socket is in a directory that is the user's alone. */
  readonly url: string;
  /** Settles with the exit code when the server has ended, by {@link LedgerServer.stop} or by itself. */
  readonly exited: Promise<number>;
  /** Ends the server and returns when it is gone. */
  stop(): Promise<void>;
}

/** From the start of the process to an answer: the first time, a database is made. */
const READY_MS = 60_000;
const ASK_EVERY_MS = 20;

/** A server whose owner has just died ends within its grace. */
const TAKE_OVER_MS = 12_000;

/** What the name of a Unix socket may have, in bytes, on the strictest of our systems. */
const MAX_SOCKET_PATH = 103;

/** How `pg` names the socket in a directory. */
const SOCKET = '.s.PGSQL.5432';

/**
 * Starts the embedded ledger on the data below `directory` and returns when it answers. It ends when we do, however we
 * end, and what it has answered outlasts a SIGKILL.
 *
 * @throws GhwError `NotApplicable` when another one runs on the same data, `LedgerUnreachable` when it does not start
 */
export async function startLedgerServer(directory: string): Promise<LedgerServer> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  const data = join(directory, 'data');
  const release = await lock(data, { realpath: false, stale: 20_000, retries: 60 });
  try {
    const ownerFile = join(directory, 'owner');
    await refuseSecondServer(ownerFile, data);
    const sockets = await socketDirectory(directory);
    const url = `postgresql:///postgres?user=postgres&sslmode=disable&port=5432&host=${encodeURIComponent(sockets.path)}`;
    const socket = join(sockets.path, SOCKET);
    const args = [data, socket, url, ownerFile, nameOf(thisProcess())];
    const server = await launch(args, join(directory, 'ledger.log'));
    const exited = server.exited.finally(sockets.remove);
    if (!(await becomesReady(socket, server))) {
      await server.stop();
      throw await doesNotStart(join(directory, 'ledger.log'));
    }
    return {
      url,
      exited,
      async stop() {
        await server.stop();
        await exited;
      },
    };
  } finally {
    await release().catch(() => undefined);
  }
}

/** Two servers on the same files would destroy them. One whose owner has died is about to end. */
async function refuseSecondServer(ownerFile: string, data: string): Promise<void> {
  for (const end = Date.now() + TAKE_OVER_MS; Date.now() < end; await sleep(50)) {
    const [server, owner, socket = ''] = await readFile(ownerFile, 'utf8').then(
      (text) => text.split('\n'),
      () => [],
    );
    if (!(await lives(server, async () => await listens(socket)))) return;
    if (await lives(owner, () => false)) break;
  }
  throw new GhwError('NotApplicable', `A ledger on ${data} runs already.`, {
    hint: 'Another `ghw up` uses the same data_path: use that one, or stop it.',
  });
}

/** @param otherwise - asked of a process in another container, of which nothing can be seen */
async function lives(name: string | undefined, otherwise: () => boolean | Promise<boolean>): Promise<boolean> {
  const identity = identityIn(name ?? '');
  if (identity === undefined) return false;
  const life = lifeOf(identity);
  return life === 'unknown' ? await otherwise() : life === 'alive';
}

/** Where the socket is: beside the data, or, where that name is too long for a socket, in a directory of its own. */
async function socketDirectory(
  directory: string,
): Promise<{ readonly path: string; readonly remove: () => Promise<void> }> {
  if (Buffer.byteLength(join(directory, SOCKET)) <= MAX_SOCKET_PATH) {
    return { path: directory, remove: async () => await rm(join(directory, SOCKET), { force: true }) };
  }
  const path = await mkdtemp(join(tmpdir(), 'ghw-ledger-'));
  return { path, remove: async () => await rm(path, { recursive: true, force: true }) };
}

async function launch(args: readonly string[], logFile: string): Promise<GuardedProcess> {
  const log = await open(logFile, 'a', 0o600);
  try {
    return startGuarded(process.execPath, [program(), ...args], log);
  } finally {
    await log.close();
  }
}

/** The compiled program beside us; where we run from sources, the one that the build made. */
function program(): string {
  const beside = fileURLToPath(new URL('./ledger-main.js', import.meta.url));
  const built = fileURLToPath(new URL('../../../dist/src/workers/embedded/ledger-main.js', import.meta.url));
  return existsSync(beside) ? beside : built;
}

async function becomesReady(socket: string, { exited }: GuardedProcess): Promise<boolean> {
  let ended = false;
  const end = exited.then(() => {
    ended = true;
  });
  for (const limit = Date.now() + READY_MS; !ended && Date.now() < limit;) {
    if (await listens(socket)) return true;
    await Promise.race([sleep(ASK_EVERY_MS), end]);
  }
  return false;
}

async function listens(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function doesNotStart(logFile: string): Promise<GhwError> {
  const said = (await readFile(logFile, 'utf8')).trimEnd().split('\n').slice(-5).join('\n');
  return new GhwError('LedgerUnreachable', `The embedded ledger does not start. It said at the end:\n${said}`, {
    hint: `Read all of it in ${logFile}; set DATABASE_URL to use a PostgreSQL of your own.`,
    retryable: false,
  });
}
