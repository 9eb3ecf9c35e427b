/**
 * Every error that a person or a script may meet, by a stable name to search for. The name is the `type` of the
 * Temporal failure, the `error` of the CLI's JSON, and the heading in `docs/errors.md`.
 */
export const errorNames = [
  // What a person asked for
  'InvalidInput',
  'InvalidConfiguration',
  'NotApplicable',
  'PlanDigestMismatch',
  'PlanStale',
  'UnknownAgent',
  'RepositoryNotConfigured',
  'IssueNotTracked',
  'WorkNotFound',
  // GitHub
  'GitHubNotFound',
  'GitHubUnauthorized',
  'GitHubForbidden',
  'GitHubRateLimited',
  'GitHubUnavailable',
  'GitHubRejected',
  'GitHubUnexpectedResponse',
  // The agent
  'AgentUnavailable',
  'AgentAuthentication',
  'AgentOverloaded',
  'AgentExhausted',
  'AgentFailed',
  'AgentLimitReached',
  'AgentHung',
  'AgentCrashed',
  'AgentAnswerInvalid',
  'PlanTooLong',
  'NoChange',
  'QuestionExpired',
  'TooManyQuestions',
  'BudgetExceeded',
  // The change
  'WorkspaceFailed',
  'ValidationFailed',
  'ChangeRefused',
  'BranchMoved',
  'PushRejected',
  'ArtifactMissing',
  // The surroundings
  'SandboxUnavailable',
  'NoWorker',
  'TemporalUnreachable',
  'LedgerUnreachable',
  'LedgerFailed',
  'WorkerShutdown',
  'DiskFull',
  'HookFailed',
  'Internal',
] as const;
export type ErrorName = (typeof errorNames)[number];

/** What a failure keeps when it becomes part of an issue's state. */
export interface Failure {
  readonly name: ErrorName;
  readonly message: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface GhwErrorOptions {
  /** What to do now, as one sentence. */
  readonly hint?: string;
  /** False if trying again cannot help. Default true only for errors that name a passing condition. */
  readonly retryable?: boolean;
  /** How long to wait before the next try, where the other side said so, in milliseconds. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

const passing: ReadonlySet<ErrorName> = new Set([
  'GitHubRateLimited',
  'GitHubUnavailable',
  'AgentOverloaded',
  'AgentHung',
  'AgentCrashed',
  'WorkspaceFailed',
  'WorkerShutdown',
  'TemporalUnreachable',
  'LedgerUnreachable',
  'DiskFull',
  'Internal',
]);

/** An error for the reader: what happened, to which repository and issue, and what to do now. */
export class GhwError extends Error {
  override readonly name: ErrorName;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;

  constructor(name: ErrorName, message: string, options: GhwErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = name;
    this.hint = options.hint;
    this.retryable = options.retryable ?? passing.has(name);
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** True if `text` is one of our stable names. */
export function isErrorName(text: unknown): text is ErrorName {
  return (errorNames as readonly unknown[]).includes(text);
}
