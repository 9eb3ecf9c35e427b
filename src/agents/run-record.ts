import { readFile, rm } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import {
  descendantsOf,
  readProcess,
  readProcesses,
  sendSignal,
  waitUntilGone,
  type ProcessEntry,
} from '../sandbox/process-table.ts';

/** Names a process for good: a number is given again, a number with its start time is not. */
interface RunRecord {
  readonly pid: number;
  readonly startTime: number;
  /** Start times count from the host's start. */
  readonly boot: string;
}

/** How long `endLeftover` looks at a killed process before it gives up, in milliseconds. */
const WAIT_MS = 5_000;

/** Notes beside a workspace which process runs in it. Where there is no `/proc` nothing is noted. */
export async function recordRun(file: string, pid: number): Promise<void> {
  const entry = readProcess(pid);
  if (!entry) return;
  const record: RunRecord = { pid, startTime: entry.startTime, boot: await bootId() };
  await writeFileAtomic(file, JSON.stringify(record), { mode: 0o600 });
}

/**
 * Ends what an earlier attempt left running in a workspace of this host, and forgets it. Nothing is ended that is not
 * certainly that process or its group.
 *
 * @returns true if something was ended
 */
export async function endLeftover(file: string): Promise<boolean> {
  const record = parse(await readFile(file, 'utf8').catch(() => ''));
  if (record?.boot !== (await bootId())) {
    await rm(file, { force: true });
    return false;
  }
  const left = leftBy(record);
  for (const entry of left) sendSignal(entry.pid, 'SIGKILL');
  await waitUntilGone(left, WAIT_MS);
  await rm(file, { force: true });
  return left.length > 0;
}

/** The process, its descendants and its group. A group's number is not given to another process while the group lives. */
function leftBy(record: RunRecord): ProcessEntry[] {
  const processes = readProcesses().filter((entry) => !entry.zombie);
  const leader = processes.find((entry) => entry.pid === record.pid);
  if (leader && leader.startTime !== record.startTime) return [];
  const group = processes.filter((entry) => entry.group === record.pid && entry.startTime >= record.startTime);
  const all = [...(leader ? [leader] : []), ...group];
  return [
    ...new Map(
      all.flatMap((entry) => [entry, ...descendantsOf(entry.pid, processes)]).map((entry) => [entry.pid, entry]),
    ).values(),
  ];
}

function parse(text: string): RunRecord | undefined {
  try {
    const { pid, startTime, boot } = JSON.parse(text) as Partial<RunRecord>;
    return typeof pid === 'number' && pid > 1 && typeof startTime === 'number' && typeof boot === 'string'
      ? { pid, startTime, boot }
      : undefined;
  } catch {
    return undefined;
  }
}

async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim();
}
