/** Half of a surrogate pair, which UTF-8 has no form for, and NUL, which Postgres refuses. */
const unstorable = /[\p{Cs}\0]/gu;

/** The text as Postgres takes it: what it refuses becomes U+FFFD. */
export function storableText(text: string): string {
  return text.replace(unstorable, '\uFFFD');
}

/** A value whose every text is {@link storableText}, as JSON. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === 'string') return storableText(inner);
    return isRecord(inner) && Object.keys(inner).some((key) => storableText(key) !== key)
      ? withStorableKeys(inner)
      : inner;
  });
}

function withStorableKeys(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [storableText(key), value]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
