import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Snapshot } from './store.ts';

const writeDelayMs = 20;

/** Keeps the state in one JSON file. Changes made while a write runs are written together by the next one. */
export class StateFile {
  readonly #path: string;
  readonly #read: () => Snapshot;
  #dirty = false;
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> | null = null;

  constructor(path: string, read: () => Snapshot) {
    this.#path = path;
    this.#read = read;
    mkdirSync(dirname(path), { recursive: true });
  }

  load(): Snapshot | null {
    try {
      return JSON.parse(readFileSync(this.#path, 'utf8')) as Snapshot;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  /** To be called after every change. It is written soon, or at the next {@link flush}. */
  changed(): void {
    this.#dirty = true;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.flush().catch((error: unknown) => process.stderr.write(`local GitHub: ${String(error)}\n`));
    }, writeDelayMs);
  }

  /** Resolves when every change made before the call is on disk. */
  async flush(): Promise<void> {
    while (this.#dirty || this.#writing !== null) {
      this.#writing ??= this.#write();
      await this.#writing;
    }
  }

  async #write(): Promise<void> {
    try {
      this.#dirty = false;
      await writeFileAtomic(this.#path, JSON.stringify(this.#read()));
    } catch (error) {
      this.#dirty = true;
      throw error;
    } finally {
      this.#writing = null;
    }
  }
}
