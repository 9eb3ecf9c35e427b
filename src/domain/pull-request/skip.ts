/**
 * What a repository's configuration leaves alone. Patterns in any spelling; `*` stands for any characters.
 */
export interface SkipRules {
  /** Pull requests with one of these labels. */
  readonly labels: readonly string[];
  /** Pull requests of one of these authors. */
  readonly authors: readonly string[];
  /** Checks of these names. */
  readonly checks: readonly string[];
}

export const skipNothing: SkipRules = { labels: [], authors: [], checks: [] };
