import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** What of this host's system a cage shows. */
export interface HostLayout {
  /** Directory of our own for the files that a cage shows in place of the host's. */
  readonly assets: string;
  /** Top-level links (`/bin` to `usr/bin`) and directories besides `/usr`. */
  readonly topLevel: readonly { readonly path: string; readonly link: string | null }[];
  /** Files and directories of `/etc` without anything private in them. */
  readonly etc: readonly string[];
  /** Node's own installation, where it is not below `/usr`. */
  readonly node: readonly string[];
  readonly searchPath: string;
}

const topLevelNames = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/** Name look-up, certificates, the linker's cache, time zone: what programs need. Never `/etc/ssl/private`. */
const etcNames = [
  'alternatives',
  'ca-certificates.conf',
  'fonts',
  'hosts',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'localtime',
  'mime.types',
  'nsswitch.conf',
  'pki/ca-trust/extracted',
  'pki/tls/certs',
  'protocols',
  'resolv.conf',
  'services',
  'ssl/cert.pem',
  'ssl/certs',
  'ssl/openssl.cnf',
  'timezone',
];

/** Settings that Debian's Java and Python packages keep outside `/usr`. */
const etcPrefixes = ['java-', 'python3'];

/** The user inside, so that `whoami` and Git find a name; and what Git has to know. */
const madeUpEtc = {
  passwd: 'root:x:0:0:root:/root:/usr/sbin/nologin\nagent:x:1000:1000:agent:/home/agent:/bin/sh\n',
  group: 'root:x:0:\nagent:x:1000:\n',
  // The git directory belongs to the worker's user, and is read all the same.
  gitconfig: '[safe]\n\tdirectory = *\n',
} as const;

/** Looks at this host once; a cage is then described without asking the disk again. */
export function readHostLayout(assets: string): HostLayout {
  const node = nodeInstallation();
  const nodeBin = dirname(realpathSync(process.execPath));
  return {
    assets,
    topLevel: topLevelNames.filter((path) => existsSync(path)).map((path) => ({ path, link: linkTarget(path) })),
    etc: [...etcNames, ...etcEntries().filter((name) => etcPrefixes.some((prefix) => name.startsWith(prefix)))]
      .map((name) => join('/etc', name))
      .filter((path) => existsSync(path)),
    node,
    searchPath: [...new Set([...(node.length > 0 ? [nodeBin] : []), '/usr/local/bin', '/usr/bin', '/bin'])].join(':'),
  };
}

/**
 * The arguments that show the system: read-only, with a `/tmp`, `/proc` and `/dev` of its own.
 *
 * @param size - what limits each of the places in memory that can be written
 */
export function systemArguments(host: HostLayout, size: readonly string[]): string[] {
  return [
    ...['--ro-bind', '/usr', '/usr'],
    ...host.topLevel.flatMap(({ path, link }) =>
      link === null ? ['--ro-bind', path, path] : ['--symlink', link, path],
    ),
    ...['--proc', '/proc', '--dev', '/dev', ...size, '--tmpfs', '/dev/shm', '--remount-ro', '/dev'],
    ...[...size, '--tmpfs', '/tmp', ...size, '--tmpfs', '/var/tmp'],
    ...host.etc.flatMap((path) => ['--ro-bind-try', path, path]),
    ...Object.entries(madeUpEtc).flatMap(([name, text]) => ['--ro-bind', asset(host, name, text), join('/etc', name)]),
    ...host.node.flatMap((path) => ['--ro-bind', path, path]),
  ];
}

/** A file of ours with this content, written where it is not there: the cache may be emptied at any time. */
export function asset(host: HostLayout, name: string, content: string): string {
  const path = join(host.assets, name);
  if (existsSync(path) && readFileSync(path, 'utf8') === content) return path;
  mkdirSync(host.assets, { recursive: true });
  writeFileSync(path, content);
  return path;
}

function linkTarget(path: string): string | null {
  return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : null;
}

function etcEntries(): string[] {
  try {
    return readdirSync('/etc');
  } catch {
    return [];
  }
}

/** The prefix of a version manager's Node; the program alone where its prefix could hold something else. */
function nodeInstallation(): string[] {
  const program = realpathSync(process.execPath);
  if (program.startsWith('/usr/')) return [];
  const prefix = dirname(dirname(program));
  const holdsHome = `${homedir()}/`.startsWith(prefix === '/' ? '/' : `${prefix}/`);
  return existsSync(join(prefix, 'lib', 'node_modules')) && !holdsHome ? [prefix] : [program];
}
