import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';

/** Where the stack that `ghw up` runs can be reached, as it tells the commands on the same machine. */
export interface EmbeddedStack {
  /** `host:port` of Temporal's gRPC service. */
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl: string;
  /** Of the process that runs it. */
  readonly pid: number;
}

/** The file under `data_path` that says where the embedded stack is; it exists while the stack runs. */
export function embeddedStackFile(dataPath: string): string {
  return join(dataPath, 'embedded.json');
}

/** The embedded stack, or undefined if none runs (a file that was left by a killed one does not count). */
export async function readEmbeddedStack(file: string): Promise<EmbeddedStack | undefined> {
  try {
    const stack: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isEmbeddedStack(stack) && isAlive(stack.pid) ? stack : undefined;
  } catch {
    return undefined;
  }
}

/** Tells other commands where the stack is. The file is readable by its owner alone. */
export async function writeEmbeddedStack(file: string, stack: EmbeddedStack): Promise<void> {
  await writeFileAtomic(file, `${JSON.stringify(stack)}\n`, { mode: 0o600 });
}

/** Takes the word back when the stack ends. */
export async function removeEmbeddedStack(file: string): Promise<void> {
  await rm(file, { force: true });
}

function isEmbeddedStack(value: unknown): value is EmbeddedStack {
  if (typeof value !== 'object' || value === null) return false;
  const { address, namespace, uiUrl, pid } = value as Partial<Record<keyof EmbeddedStack, unknown>>;
  return (
    typeof address === 'string' && typeof namespace === 'string' && typeof uiUrl === 'string' && Number.isInteger(pid)
  );
}

/** True if a process of this id runs, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not ours to signal, but there.
    return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EPERM';
  }
}
