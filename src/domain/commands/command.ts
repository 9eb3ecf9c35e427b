import type { ErrorName } from '../errors.ts';
import type { IssueState } from '../issue-state.ts';

/** A reasoned no. */
export interface Refusal {
  readonly name: ErrorName;
  readonly message: string;
  readonly hint?: string;
}

/** What every command may carry. */
export interface CommandEnvelope {
  /** Who asks, as claimed. */
  readonly by: string;
  /** The same id through two doors is applied once. */
  readonly requestId: string | null;
  /** How it came, where the sender says so (`cli`); else the kind of message. */
  readonly door: string | null;
}

/** When and how a command is applied. */
export interface CommandContext {
  /** ISO 8601. */
  readonly now: string;
  readonly door: string;
}

/**
 * One thing that a person, or the work cycle on their behalf, may ask of an issue. All three functions are pure: the
 * workflow, the CLI and the tests use the same ones.
 */
export interface Command<Args extends CommandEnvelope> {
  /** For the Web UI and `temporal workflow metadata`. */
  readonly description: string;
  /** Reads untrusted input. */
  readonly parse: (input: Fields) => Args | Refusal;
  /** Why it does not apply now; undefined if it does. */
  readonly refuse: (state: IssueState, args: Args) => Refusal | undefined;
  /** Called only where `refuse` had no objection. */
  readonly apply: (state: IssueState, args: Args, context: CommandContext) => IssueState;
  /** What the audit says. */
  readonly detail?: (args: Args) => string;
}

export function isRefusal(value: object): value is Refusal {
  return 'message' in value && 'name' in value && !('by' in value);
}

export function refusal(name: ErrorName, message: string, hint?: string): Refusal {
  return hint === undefined ? { name, message } : { name, message, hint };
}

/** Raised by {@link Fields} and turned into a refusal by `parseCommand`; never leaves this folder. */
export class FieldProblem extends Error {}

/** Plain guards over a message's arguments: workflow bundles hold no schema library. */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(input: unknown) {
    const value = input ?? {};
    if (typeof value !== 'object' || Array.isArray(value)) throw new FieldProblem('expected a JSON object');
    this.#values = value as Record<string, unknown>;
  }

  /** A non-empty text. */
  text(name: string, maxLength = 2_000): string {
    const value = this.optionalText(name, maxLength);
    if (value === null) throw new FieldProblem(`\`${name}\` is missing`);
    return value;
  }

  optionalText(name: string, maxLength = 2_000): string | null {
    const value = this.#values[name];
    if (value === undefined || value === null) return null;
    if (typeof value !== 'string') throw new FieldProblem(`\`${name}\` must be a text`);
    if (value.trim() === '') throw new FieldProblem(`\`${name}\` is empty`);
    if (value.length > maxLength) throw new FieldProblem(`\`${name}\` is longer than ${maxLength} characters`);
    return value;
  }

  flag(name: string): boolean {
    return this.optionalFlag(name) ?? false;
  }

  optionalFlag(name: string): boolean | null {
    const value = this.#values[name];
    if (value === undefined || value === null) return null;
    if (typeof value !== 'boolean') throw new FieldProblem(`\`${name}\` must be true or false`);
    return value;
  }

  optionalInteger(name: string): number | null {
    const value = this.#values[name];
    if (value === undefined || value === null) return null;
    if (typeof value !== 'number' || !Number.isInteger(value))
      throw new FieldProblem(`\`${name}\` must be a whole number`);
    return value;
  }

  number(name: string): number {
    const value = this.#values[name];
    if (value === undefined || value === null) throw new FieldProblem(`\`${name}\` is missing`);
    if (typeof value !== 'number' || !Number.isFinite(value)) throw new FieldProblem(`\`${name}\` must be a number`);
    return value;
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | null {
    const value = this.optionalText(name);
    if (value === null) return null;
    const found = choices.find((choice) => choice === value);
    if (found === undefined) throw new FieldProblem(`\`${name}\` must be one of ${choices.join(', ')}`);
    return found;
  }

  /** The envelope; `by` is asked for where a person answers for what follows. */
  envelope(by: 'required' | 'optional'): CommandEnvelope {
    return {
      by: (by === 'required' ? this.text('by', 100) : this.optionalText('by', 100)) ?? 'someone',
      requestId: this.optionalText('requestId', 200),
      door: this.optionalText('door', 40),
    };
  }
}
