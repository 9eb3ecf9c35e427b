import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { z } from 'zod';
import { readProcess, sendSignal } from '../sandbox/process-table.ts';

/** Names a process for good: a process id is given again, an id with its start time is not. */
export const processIdentitySchema = z.object({
  pid: z.int().positive(),
  /** In clock ticks since the host's start; 0 where there is no `/proc`. */
  startTime: z.number(),
  /** The host's start and the process id namespace; only within the same one do process ids say anything. */
  realm: z.string(),
});
export type ProcessIdentity = z.infer<typeof processIdentitySchema>;

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
  if (realm === '' || identity.realm !== realm) return 'unknown';
  const found = readProcess(identity.pid);
  return found?.startTime === identity.startTime && !found.zombie ? 'alive' : 'dead';
}

/** For {@link ON_BEHALF_OF}: a text that names a process. */
export function nameOf(identity: ProcessIdentity): string {
  return `${identity.pid.toString()}.${identity.startTime.toString()}`;
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
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return '';
  }
}
