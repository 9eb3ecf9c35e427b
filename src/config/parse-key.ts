import { GhwError } from '../domain/errors.ts';
import { keysBelow, leafKeys, schemaAt } from './json-schema.ts';
import { type Key, formatKey } from './key.ts';

/** No key comes near; a longer text is compared with none. */
const LONGEST_NAME = 200;

/**
 * Reads a key as a person writes it: `implement.publish`, `repositories.octo/hello.plan.agent`, `sync.labels[0]`. Names
 * may be written with hyphens (`issues-path`). A repository whose name reads like a key stands in brackets:
 * `repositories[octo/hello.plan].plan.agent`.
 *
 * @throws GhwError `InvalidInput` for a key that the configuration does not have
 */
export function parseKey(text: string): Key {
  const key = splitKey(text);
  if (key === undefined || schemaAt(key) === undefined) throw unknownKey(text);
  return key;
}

/** Reads a key, whether the configuration has it or not; undefined for a text that cannot be one. */
export function splitKey(text: string): Key | undefined {
  const repository = /^repositories\.(?=[\w-]+\/)(?<rest>.*)$/.exec(text)?.groups?.rest;
  if (repository !== undefined) return repositoryKey(repository);
  const parts = splitParts(text.startsWith('[') ? text : `.${text}`);
  return parts?.reduce<Key>((key, part) => [...key, spelled(key, part)], []);
}

/** The most similar of `candidates`, if any is similar enough to be meant. */
export function nearest(text: string, candidates: readonly string[]): string | undefined {
  if (text.length > LONGEST_NAME) return undefined;
  const scored = candidates
    .map((candidate) => ({
      candidate,
      distance: distance(text.replaceAll('-', '_').toLowerCase(), candidate.replaceAll('-', '_').toLowerCase()),
    }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = scored;
  if (best === undefined) return undefined;
  const most = Math.min(Math.max(2, Math.floor(best.candidate.length / 3)), text.length - 1);
  return best.distance <= most ? best.candidate : undefined;
}

/** A repository's name may hold dots: it ends before the first that a key of a repository follows. */
function repositoryKey(text: string): Key {
  const dots = [...text.matchAll(/\./g)].map(({ index }) => index);
  const readings = dots.flatMap((dot) => {
    const name: Key = ['repositories', text.slice(0, dot)];
    const below = splitParts(text.slice(dot));
    return below === undefined ? [] : [below.reduce<Key>((key, part) => [...key, spelled(key, part)], name)];
  });
  const known = readings.find((key) => schemaAt(key) !== undefined);
  return known ?? readings.find(isMisspelled) ?? ['repositories', text];
}

/** `.reviw.max_rounds` behind a name is rather a slip than a part of the name. */
function isMisspelled([section = '', name = '', first, second]: Key): boolean {
  return typeof first === 'string' && second !== undefined && nearest(first, keysBelow([section, name])) !== undefined;
}

/** The parts of `.plan.agent`, `[octo/hello].plan`, `.labels[0]`; undefined for anything else. */
function splitParts(text: string): Key | undefined {
  const parts: (string | number)[] = [];
  const part = /\.([^.[\]]+)|\[([^\]]+)\]/y;
  while (part.lastIndex < text.length) {
    const [, name, bracketed] = part.exec(text) ?? [];
    if (name === undefined && bracketed === undefined) return undefined;
    parts.push(bracketed !== undefined && /^\d{1,6}$/.test(bracketed) ? Number(bracketed) : (name ?? bracketed ?? ''));
  }
  return parts.length === 0 ? undefined : parts;
}

function spelled(before: Key, part: string | number): string | number {
  if (typeof part === 'number') return part;
  const known = keysBelow(before);
  const underscored = part.replaceAll('-', '_');
  return !known.includes(part) && known.includes(underscored) ? underscored : part;
}

function unknownKey(text: string): GhwError {
  if (isSecretName(text)) {
    return new GhwError('InvalidInput', `The configuration has no key ${JSON.stringify(text)}: it holds no secrets.`, {
      hint: secretWays,
    });
  }
  const [section, name] = splitKey(text) ?? [];
  const base = section === 'repositories' && name !== undefined ? [section, name] : [];
  const meant = nearest(text, leafKeys(base).map(formatKey));
  return new GhwError('InvalidInput', `The configuration has no key ${JSON.stringify(text)}.`, {
    hint: meant === undefined ? 'See `ghw config list` for all keys.' : `Did you mean ${meant}?`,
  });
}

/** True if a key of this name would hold a secret. */
export function isSecretName(name: string): boolean {
  return /(?:token|secret|password|api_?key)$/i.test(name);
}

/** Where secrets belong. */
export const secretWays =
  'Give it in the environment (GITHUB_TOKEN), or name a file in github.token_file or a variable in agents.claude-code.api_key_env.';

/** Levenshtein's distance, one row at a time. */
function distance(a: string, b: string): number {
  let row = [...Array(b.length + 1).keys()];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
