import type { Environment } from './location.ts';

/** A text after substitution, and what stands in the way of it. */
export interface Substituted {
  readonly text: string;
  /** True if there was anything to replace. */
  readonly changed: boolean;
  /** The variables that it names but the environment does not have. */
  readonly missing: readonly string[];
  /** A `${…` that is no reference to a variable. */
  readonly malformed: string | undefined;
}

const reference = /\$\{([A-Za-z_][A-Za-z0-9_]*)(\}|:-)/y;

/**
 * Replaces `${VAR}` and `${VAR:-default}`; the default, which may hold references itself, also stands in for an empty
 * variable, as in a shell. `$${` is a literal `${`. What comes from the environment is never looked at again, so that a
 * variable's value cannot name another.
 */
export function substitute(text: string, env: Environment): Substituted {
  const reader: Reader = { text, env, at: 0, missing: [], malformed: undefined };
  const result = readUntil(reader, undefined);
  const { missing, malformed } = reader;
  return { text: result, changed: text.includes('${'), missing, malformed };
}

/** The text with every `${NAME:-default}` as its default and every `${NAME}` taken out: what it holds by itself. */
export function withoutReferences(text: string): string {
  const empty = new Proxy<Environment>({}, { get: () => '' });
  return substitute(text, empty).text;
}

interface Reader {
  readonly text: string;
  readonly env: Environment;
  at: number;
  readonly missing: string[];
  malformed: string | undefined;
}

function readUntil(reader: Reader, end: '}' | undefined): string {
  const { text } = reader;
  let result = '';
  while (reader.at < text.length && text[reader.at] !== end) {
    if (text.startsWith('$${', reader.at)) {
      result += '${';
      reader.at += 3;
    } else if (text.startsWith('${', reader.at)) {
      result += readReference(reader);
    } else {
      result += text[reader.at] ?? '';
      reader.at += 1;
    }
  }
  return result;
}

function readReference(reader: Reader): string {
  const { text, env } = reader;
  const start = reader.at;
  reference.lastIndex = start;
  const [whole, name, mark] = reference.exec(text) ?? [];
  if (whole === undefined || name === undefined) return malformed(reader, start);
  reader.at += whole.length;
  const value = env[name];
  if (mark === '}') {
    if (value === undefined) reader.missing.push(name);
    return value ?? whole;
  }
  const before = reader.missing.length;
  const fallback = readUntil(reader, '}');
  if (reader.at >= text.length) return malformed(reader, start);
  reader.at += 1;
  if (value === undefined || value === '') return fallback;
  // A default that is not needed may name what it likes.
  reader.missing.length = before;
  return value;
}

function malformed(reader: Reader, start: number): string {
  const end = reader.text.indexOf('}', start);
  const rest = reader.text.slice(start, end < 0 ? undefined : end + 1);
  reader.malformed ??= rest;
  reader.at = start + rest.length;
  return rest;
}
