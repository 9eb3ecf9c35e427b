import type { Environment } from './location.ts';

const pattern = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/** A text after substitution, and the variables that it names but the environment does not have. */
export interface Substituted {
  readonly text: string;
  readonly changed: boolean;
  readonly missing: readonly string[];
}

/**
 * Replaces `${VAR}` and `${VAR:-default}`; the default also stands in for an empty variable, as in a shell. `$${` is a
 * literal `${`. What comes in is never looked at again, so a variable's value cannot name another.
 */
export function substitute(text: string, env: Environment): Substituted {
  const missing: string[] = [];
  const result = text.replace(pattern, (whole: string, name: string | undefined, fallback: string | undefined) => {
    if (name === undefined) return '${';
    const value = env[name];
    if (value !== undefined && (value !== '' || fallback === undefined)) return value;
    if (fallback !== undefined) return fallback;
    missing.push(name);
    return whole;
  });
  return { text: result, changed: result !== text, missing };
}

/** Reads an unquoted substituted value as YAML would have read it: `${N:-40}` is a number. */
export function asScalar(text: string): string | number | boolean | null {
  if (text === 'true') return true;
  if (text === 'false') return false;
  if (text === 'null' || text === '') return null;
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text) ? Number(text) : text;
}
