/** A person's word about a pull request. */
export interface Word {
  readonly by: string;
  readonly reason: string | null;
}

const MAX_BY = 200;
const MAX_REASON = 2_000;

/** Reads who says what from a message; null where nobody is named. */
export function parseWord(input: unknown): Word | null {
  if (typeof input !== 'object' || input === null || !('by' in input)) return null;
  const { by } = input;
  if (typeof by !== 'string' || by === '' || by.length > MAX_BY) return null;
  const reason = 'reason' in input && typeof input.reason === 'string' ? input.reason.slice(0, MAX_REASON) : null;
  return { by, reason };
}
