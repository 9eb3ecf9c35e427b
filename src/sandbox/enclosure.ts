import { randomUUID } from 'node:crypto';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRegistryProxy } from '../gateway/registry-proxy.ts';
import { findGroupPlaces, makeControlGroup, type ControlGroup, type GroupPlaces } from './control-groups.ts';
import type { Cage, Door, Sandbox } from './sandbox.ts';
import { watchDisk } from './watch-disk.ts';

/** A cage with everything of the host that is made for one run, and taken away after it. */
export interface Enclosure {
  readonly cage: Cage;
  /** The limit that something inside has run into; null for none. */
  exceeded(): 'memory' | 'processes' | 'disk' | null;
  close(): Promise<void>;
}

/** Prepares a cage, and holds what will be inside to its limits. @param onDisk - called once too much was written */
export async function enclose(sandbox: Sandbox, cage: Cage, onDisk: () => void): Promise<Enclosure> {
  const group = groupOf(sandbox, cage);
  let disk = false;
  let registries: OpenRegistries | null;
  try {
    await sandbox.prepare(cage);
    registries = await openRegistries(sandbox, cage);
  } catch (error) {
    await group?.remove();
    throw error;
  }
  const maxBytes = cage.limits?.diskBytes ?? null;
  const watch =
    maxBytes === null
      ? null
      : watchDisk(cage.treeWritable ? [cage.tree, cage.home] : [cage.home], {
          maxBytes,
          onExceeded: () => {
            disk = true;
            onDisk();
          },
        });
  // Once the groups are gone, they tell nothing any more.
  let told: ReturnType<Enclosure['exceeded']> | undefined;
  const exceeded: Enclosure['exceeded'] = () => (disk ? 'disk' : (group?.exceeded() ?? null));
  return {
    cage: {
      ...cage,
      groups: [...(cage.groups ?? []), ...(group?.join ?? [])],
      doors: [...(cage.doors ?? []), ...(registries?.doors ?? [])],
      env: { ...registries?.env, ...cage.env },
    },
    exceeded: () => told ?? exceeded(),
    async close() {
      watch?.stop();
      told ??= exceeded();
      await registries?.close();
      await group?.remove();
    },
  };
}

interface OpenRegistries {
  readonly doors: readonly Door[];
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const REGISTRY_PORT = 8788;

/** The way to the registries, where there are any and the cage has no other network. */
async function openRegistries(sandbox: Sandbox, { registries = [], network }: Cage): Promise<OpenRegistries | null> {
  if (registries.length === 0 || network === 'host' || sandbox.kind !== 'bubblewrap') return null;
  const directory = await mkdtemp(join(tmpdir(), 'ghw-registries-'));
  const socket = join(directory, 'proxy.sock');
  const proxy = await openRegistryProxy(socket, registries);
  if (sandbox.user !== null) await chown(socket, sandbox.user, sandbox.user);
  const address = `http://127.0.0.1:${REGISTRY_PORT.toString()}`;
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'];
  const direct = { NO_PROXY: 'localhost,127.0.0.1', no_proxy: 'localhost,127.0.0.1' };
  return {
    doors: [{ port: REGISTRY_PORT, socket }],
    env: { ...Object.fromEntries(names.map((name) => [name, address])), ...direct },
    async close() {
      await proxy.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

let places: GroupPlaces | undefined;

/** Where this host makes control groups; looked up once. */
export function groupPlaces(): GroupPlaces {
  places ??= process.platform === 'linux' ? findGroupPlaces() : { version: 2, parents: {} };
  return places;
}

/** A host that has control groups and then refuses one is treated like a host without. */
function groupOf(sandbox: Sandbox, { limits }: Cage): ControlGroup | null {
  if (limits === undefined || sandbox.kind !== 'bubblewrap') return null;
  try {
    return makeControlGroup(groupPlaces(), limits, `ghw-${randomUUID()}`);
  } catch {
    return null;
  }
}
