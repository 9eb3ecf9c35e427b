import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { readProcess, sendSignal } from '../sandbox/process-table.ts';

/** Names a process for good: a process id is given again, an id with its start time is not. */
export interface ProcessIdentity {
  /** The host's start and the process id namespace, as 12 hexadecimal digits; only within it do process ids say anything. */
  readonly realm: string;
  readonly pid: number;
  /** In clock ticks since the host's start; 0 where there is no `/proc`. */
  readonly startTime: number;
}

/** The realm of processes on systems without `/proc`: nothing is known of them. */
const NO_REALM = 'none';

/** Environment variable that says on whose behalf a process of ours runs; see {@link endChildrenOf}. */
export const ON_BEHALF_OF = 'GHW_ON_BEHALF_OF';

let self: ProcessIdentity | undefined;

/** This process. */
export function thisProcess(): ProcessIdentity {
  self ??= { pid: process.pid, startTime: readProcess(process.pid)?.startTime ?? 0, realm: readRealm() };
  return self;
}

/** Whether a process lives; `unknown` if it belongs to another host, container or boot, or if there is no `/proc`. */
export function lifeOf(identity: ProcessIdentity): 'alive' | 'dead' | 'unknown' {
  const { realm } = thisProcess();
  if (realm === NO_REALM || identity.realm !== realm) return 'unknown';
  const found = readProcess(identity.pid);
  return found?.startTime === identity.startTime && !found.zombie ? 'alive' : 'dead';
}

/** A short text that names a process, fit for a file name: `<realm>.<pid>.<start time>`. */
export function nameOf({ realm, pid, startTime }: ProcessIdentity): string {
  return `${realm}.${pid.toString()}.${startTime.toString()}`;
}

/** The process that a text names with its first three parts; undefined if it names none. */
export function identityIn(text: string): ProcessIdentity | undefined {
  const [, realm, pid, startTime] = /^([0-9a-f]{12}|none)\.(\d{1,10})\.(\d{1,16})(?:\.|$)/.exec(text) ?? [];
  return realm === undefined ? undefined : { realm, pid: Number(pid), startTime: Number(startTime) };
}

/** Kills what a dead process of this host left running, as told by {@link ON_BEHALF_OF} in its environment. */
export function endChildrenOf(identity: ProcessIdentity): void {
  if (lifeOf(identity) === 'dead') endMarked(ON_BEHALF_OF, nameOf(identity));
}

/**
 * Kills every process of this user that has this variable in its environment: also one that left its process group and
 * whose parent is gone. Does nothing where there is no `/proc`.
 */
export function endMarked(variable: string, value: string): void {
  const mark = `${variable}=${value}`;
  for (const entry of processIds()) {
    if (entry !== process.pid && environmentOf(entry).includes(mark)) sendSignal(entry, 'SIGKILL');
  }
}

function processIds(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid.toString()}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

function readRealm(): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
    const realm = `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
    return createHash('sha256').update(realm).digest('hex').slice(0, 12);
  } catch {
    return NO_REALM;
  }
}
