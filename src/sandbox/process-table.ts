import { readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process of this host, as `/proc/<pid>/stat` shows it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** In clock ticks since the host started; with the pid it names a process for good, until the host restarts. */
  readonly startTime: number;
  /** A process that has ended but was not yet waited for. */
  readonly zombie: boolean;
}

/** One process, or undefined if it is gone (or if this system has no `/proc`). */
export function readProcess(pid: number): ProcessEntry | undefined {
  try {
    const stat = readFileSync(`/proc/${pid.toString()}/stat`, 'latin1');
    // The name is in parentheses and may itself hold spaces and parentheses; what counts follows the last one.
    const [state, parent, group, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return {
      pid,
      parent: Number(parent),
      group: Number(group),
      // Field 22 of proc(5); `rest` begins at field 6.
      startTime: Number(rest[16]),
      zombie: state === 'Z',
    };
  } catch {
    return undefined;
  }
}

/** All processes of this host that we can see; empty where there is no `/proc`. */
export function readProcesses(): ProcessEntry[] {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => readProcess(Number(name)))
      .filter((entry) => entry !== undefined);
  } catch {
    return [];
  }
}

/** The processes that `pid` started, and those that they started, as far as their parents still live. */
export function descendantsOf(pid: number, processes: readonly ProcessEntry[] = readProcesses()): ProcessEntry[] {
  const children = processes.filter((entry) => entry.parent === pid);
  return [...children, ...children.flatMap((child) => descendantsOf(child.pid, processes))];
}

/** True while this very process runs, and not another one that was given its number. */
function isRunning(process: ProcessEntry): boolean {
  const now = readProcess(process.pid);
  return now !== undefined && !now.zombie && now.startTime === process.startTime;
}

/** Waits until processes are gone. @returns false if one was still there after `ms` */
export async function waitUntilGone(processes: readonly ProcessEntry[], ms: number): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (processes.some(isRunning)) {
    if (performance.now() > deadline) return false;
    await sleep(5);
  }
  return true;
}

/** Sends a signal. A process or group (negative `pid`) that is gone, or is not ours, is left alone. */
export function sendSignal(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}
