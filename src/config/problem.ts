import { GhwError } from '../domain/errors.ts';
import type { Position } from './document.ts';
import { type Key, formatKey } from './key.ts';

/** One thing that is wrong in a configuration. */
export interface ConfigProblem {
  readonly key: Key;
  /** Undefined where no place in the file stands for it. */
  readonly position: Position | undefined;
  /** The environment variable that is to blame, if it is not the file. */
  readonly variable?: string;
  /** What is wrong, without the key. */
  readonly what: string;
  /** The command or step that mends it. */
  readonly mend: string;
  /** What to do where it is the value that a person just gave. */
  readonly instead?: string;
}

/** Where a problem is: `config.yaml:4:12`, or the name of a variable. */
export function placeOf(path: string, { position, variable }: ConfigProblem): string {
  if (variable !== undefined) return variable;
  return position === undefined ? path : `${path}:${String(position.line)}:${String(position.column)}`;
}

/** A problem in words, without its place. */
export function describeProblem({ key, what }: ConfigProblem): string {
  return key.length === 0 ? what : `${formatKey(key)} ${what}`;
}

/** One error for all problems: a line for each, and how to mend the first. */
export function problemsError(path: string, command: string, problems: readonly ConfigProblem[]): GhwError {
  const lines = problems.map((problem) => `${placeOf(path, problem)}: ${describeProblem(problem)}`);
  const [first] = problems;
  const others = problems.length > 1 ? ` (and the others: ${command} config validate)` : '';
  return new GhwError('InvalidConfiguration', lines.join('\n'), { hint: `${first?.mend ?? ''}${others}` });
}
