import type { ErrorName } from '../domain/errors.ts';

/** What a script can tell from the end of a command. `docs/errors.md` explains them. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  notFound: 4,
  configuration: 5,
  unreachable: 6,
  /** As shells count a process that Ctrl-C ended. */
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const byName = {
  InvalidInput: exitCodes.usage,
  InvalidConfiguration: exitCodes.configuration,
  NotApplicable: exitCodes.refused,
  PlanDigestMismatch: exitCodes.refused,
  PlanStale: exitCodes.refused,
  UnknownAgent: exitCodes.usage,
  RepositoryNotConfigured: exitCodes.notFound,
  IssueNotTracked: exitCodes.notFound,
  WorkNotFound: exitCodes.notFound,
  GitHubNotFound: exitCodes.notFound,
  GitHubUnauthorized: exitCodes.configuration,
  GitHubForbidden: exitCodes.configuration,
  GitHubRateLimited: exitCodes.unreachable,
  GitHubUnavailable: exitCodes.unreachable,
  GitHubRejected: exitCodes.failed,
  GitHubUnexpectedResponse: exitCodes.failed,
  AgentUnavailable: exitCodes.configuration,
  AgentAuthentication: exitCodes.configuration,
  AgentOverloaded: exitCodes.failed,
  AgentExhausted: exitCodes.failed,
  AgentFailed: exitCodes.failed,
  AgentLimitReached: exitCodes.failed,
  AgentHung: exitCodes.failed,
  AgentCrashed: exitCodes.failed,
  AgentAnswerInvalid: exitCodes.failed,
  PlanTooLong: exitCodes.refused,
  NoChange: exitCodes.failed,
  QuestionExpired: exitCodes.failed,
  TooManyQuestions: exitCodes.failed,
  BudgetExceeded: exitCodes.refused,
  WorkspaceFailed: exitCodes.failed,
  ValidationFailed: exitCodes.failed,
  ChangeRefused: exitCodes.refused,
  BranchMoved: exitCodes.refused,
  PushRejected: exitCodes.failed,
  ArtifactMissing: exitCodes.failed,
  SandboxUnavailable: exitCodes.configuration,
  NoWorker: exitCodes.unreachable,
  TemporalUnreachable: exitCodes.unreachable,
  LedgerUnreachable: exitCodes.unreachable,
  LedgerFailed: exitCodes.failed,
  WorkerShutdown: exitCodes.failed,
  DiskFull: exitCodes.failed,
  HookFailed: exitCodes.failed,
  Internal: exitCodes.failed,
} as const satisfies Record<ErrorName, ExitCode>;

/** The exit code of a command that ended with this error. */
export function exitCodeOf(name: ErrorName): ExitCode {
  return byName[name];
}
