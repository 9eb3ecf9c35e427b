/** A place in the configuration: names of keys, and positions in lists. A repository may stand by its name. */
export type Key = readonly (string | number)[];

/** `implement.publish`, `repositories[0].plan.agent`, `repositories.octo/hello.plan.agent`; `parseKey` reads it. */
export function formatKey(key: Key): string {
  return key
    .map((part, index) => {
      if (typeof part === 'number') return `[${String(part)}]`;
      const isPlain = /^[\w-]+$/.test(part) || (index === 1 && /^[\w-]+\/[\w.-]+$/.test(part));
      return isPlain ? `${index === 0 ? '' : '.'}${part}` : `[${part}]`;
    })
    .join('');
}

/** True if one of the two lies in the other, or both are the same. */
export function overlaps(one: Key, other: Key): boolean {
  return one.every((part, index) => index >= other.length || part === other[index]);
}
