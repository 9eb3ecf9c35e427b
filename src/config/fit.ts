import type { z } from 'zod';
import { type Key, overlaps } from './key.ts';
import { withRepositoryNames } from './repository-entry.ts';
import { configSchema } from './schema.ts';

/** What the schema has against a value, were it alone in the file. */
export function issuesOf(key: Key, value: unknown): readonly z.core.$ZodIssue[] {
  const { error } = configSchema.safeParse(withRepositoryNames(alone(key, value)), { reportInput: true });
  return (error?.issues ?? []).filter(({ path }) =>
    // The entries before it in a list are not there.
    overlaps(
      path.map((part) => (typeof part === 'number' ? part : String(part))),
      key.map((part) => (typeof part === 'number' ? 0 : part)),
    ),
  );
}

function alone(key: Key, value: unknown): unknown {
  return [...key]
    .reverse()
    .reduce<unknown>((below, part) => (typeof part === 'number' ? [below] : { [part]: below }), value);
}
