/** What a repository's configuration leaves alone. Patterns, in upper or lower case; `*` stands for any characters. */
export interface SkipRules {
  /** Pull requests with one of these labels. */
  readonly labels: readonly string[];
  /** Pull requests of one of these authors. */
  readonly authors: readonly string[];
  /** Checks of these names. */
  readonly checks: readonly string[];
}

export const skipNothing: SkipRules = { labels: [], authors: [], checks: [] };

/** Why a pull request is left alone, in words: `label wip`; null if it is not. */
export function skippedBy(
  { labels, author }: { readonly labels: readonly string[]; readonly author: string },
  rules: SkipRules,
): string | null {
  const label = labels.find((name) => matchesAny(rules.labels, name));
  if (label !== undefined) return `label ${label}`;
  return matchesAny(rules.authors, author) ? `author ${author}` : null;
}

/** True for a check that is left alone. */
export function isCheckSkipped(name: string, rules: SkipRules): boolean {
  return matchesAny(rules.checks, name);
}

function matchesAny(patterns: readonly string[], text: string): boolean {
  return patterns.some((pattern) => matches(pattern.toLowerCase(), text.toLowerCase()));
}

/** Piece by piece from the left: no expression that a chosen name could make slow. */
function matches(pattern: string, text: string): boolean {
  const [first = '', ...pieces] = pattern.split('*');
  const last = pieces.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const piece of pieces) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
