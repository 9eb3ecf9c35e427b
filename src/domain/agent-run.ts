/** What an agent is asked for. */
export const agentPhases = ['plan', 'implement', 'review'] as const;
export type AgentPhase = (typeof agentPhases)[number];

/** Tokens of one run. Cached input is not part of `inputTokens`. */
export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
}

export const noUsage: TokenUsage = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 };

export function addUsage(a: TokenUsage, b: TokenUsage): TokenUsage {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
  };
}

/** What was used in between. */
export function subtractUsage(after: TokenUsage, before: TokenUsage): TokenUsage {
  return {
    inputTokens: Math.max(0, after.inputTokens - before.inputTokens),
    outputTokens: Math.max(0, after.outputTokens - before.outputTokens),
    cachedInputTokens: Math.max(0, after.cachedInputTokens - before.cachedInputTokens),
  };
}

export const reviewVerdicts = ['approve', 'request_changes'] as const;
export type ReviewVerdict = (typeof reviewVerdicts)[number];

/** One thing a reviewer found. */
export interface ReviewFinding {
  readonly severity: 'blocking' | 'important' | 'minor';
  /** Relative to the repository; null for a finding about the change as a whole. */
  readonly path: string | null;
  readonly line: number | null;
  readonly message: string;
}

/** A reviewer's answer, validated. */
export interface ReviewReport {
  readonly verdict: ReviewVerdict;
  readonly summary: string;
  readonly findings: readonly ReviewFinding[];
}
