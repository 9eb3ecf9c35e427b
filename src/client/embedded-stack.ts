import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';

/** Where what `ghw up` runs can be reached, as it tells the commands on the same machine. */
export interface EmbeddedStack {
  /** Null where the environment or the configuration names another Temporal. */
  readonly temporal: {
    /** `host:port` of the gRPC service. */
    readonly address: string;
    readonly namespace: string;
    readonly uiUrl: string;
  } | null;
  /** Null where the environment or the configuration names another database. */
  readonly ledgerUrl: string | null;
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
  const { temporal, ledgerUrl, pid } = fieldsOf(value);
  return (
    (temporal === null || areTexts(fieldsOf(temporal), ['address', 'namespace', 'uiUrl'])) &&
    (ledgerUrl === null || typeof ledgerUrl === 'string') &&
    Number.isInteger(pid)
  );
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function areTexts(fields: Readonly<Record<string, unknown>>, names: readonly string[]): boolean {
  return names.every((name) => typeof fields[name] === 'string');
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
