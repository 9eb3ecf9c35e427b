import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const hooks = new URL('../setup/typescript-hooks.mjs', import.meta.url).href;
const sources = new URL('../../src/', import.meta.url).href;

/** A process of its own that runs `script` with `load(path)` for the project's modules; each line it prints is a step. */
export class Child {
  readonly process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(script: string) {
    const prelude = `
      import { register } from 'node:module';
      register(${JSON.stringify(hooks)});
      const load = (path) => import(${JSON.stringify(sources)} + path);
    `;
    this.process = spawn(process.execPath, ['--input-type=module', '--eval', prelude + script], {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (!this.process.stdout) throw new Error('no output');
    this.#lines = createInterface(this.process.stdout)[Symbol.asyncIterator]();
  }

  /** The next line it prints. */
  async line(): Promise<string> {
    const step = await this.#lines.next();
    if (step.done === true) throw new Error('The process ended without a word');
    return step.value;
  }

  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, 'exit');
    this.process.kill('SIGKILL');
    await ended;
  }
}
