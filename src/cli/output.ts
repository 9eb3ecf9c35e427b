import pc from 'picocolors';
import { GhwError } from '../domain/errors.ts';
import { type Io, columnsOf, mayColor } from './io.ts';
import { plainJson, plainLine } from './text.ts';

type Colors = ReturnType<typeof pc.createColors>;

/** What goes where: data to standard output, all else to standard error. */
export class Output {
  readonly json: boolean;
  /** For standard output. */
  readonly colors: Colors;
  readonly #io: Io;
  readonly #errorColors: Colors;

  constructor(io: Io, options: { readonly json: boolean }) {
    this.#io = io;
    this.json = options.json;
    this.colors = pc.createColors(mayColor(io, 'stdout') && !options.json);
    this.#errorColors = pc.createColors(mayColor(io, 'stderr') && !options.json);
  }

  /** Columns of the terminal; undefined if there is none. */
  get width(): number | undefined {
    return columnsOf(this.#io.stdout);
  }

  /** The command's answer: JSON for scripts, else what `human` gives. An empty text prints nothing. */
  data(value: unknown, human: () => string): void {
    const text = this.json ? plainJson(value) : human();
    if (text !== '') this.#io.stdout.write(`${text}\n`);
  }

  /** Something to know beside the answer; not for scripts. */
  note(text: string): void {
    if (!this.json) this.#io.stderr.write(`${text}\n`);
  }

  /** Something that the answer lacks, which a script has to know as well: there, one object. */
  warn(text: string): void {
    this.#io.stderr.write(`${this.json ? JSON.stringify({ warning: text }) : plainLine(text)}\n`);
  }

  /** An error and what to do about it. */
  error(error: GhwError): void {
    if (this.json) {
      this.#io.stderr.write(`${JSON.stringify(errorJson(error))}\n`);
      return;
    }
    const { red, dim } = this.#errorColors;
    // Our own messages may have lines; what they quote may not move the cursor.
    const message = error.message.split('\n').map(plainLine).join('\n  ');
    this.#io.stderr.write(`${red('error:')} ${message}\n`);
    if (error.hint) this.#io.stderr.write(`${dim('hint:')} ${plainLine(error.hint)}\n`);
  }
}

/** How an error looks in JSON, everywhere. */
export function errorJson(error: GhwError): { error: string; message: string; hint: string | null } {
  return { error: error.name, message: error.message, hint: error.hint === '' ? null : (error.hint ?? null) };
}

/** Anything thrown, as one of our errors. */
export function asGhwError(error: unknown): GhwError {
  if (error instanceof GhwError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new GhwError('Internal', message, {
    hint: 'This is a defect of gh-worker. GHW_DEBUG=1 shows where it happened.',
    cause: error,
  });
}
