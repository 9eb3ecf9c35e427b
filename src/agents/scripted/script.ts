/**
 * What the scripted agent plays. Types alone: the program that plays it runs in the cage with nothing but Node.
 * Texts and paths may hold `{{issue.number}}`, `{{issue.title}}` and `{{repository}}`.
 */
export type ScriptStep =
  | { readonly write: { readonly path: string; readonly content: string } }
  | { readonly append: { readonly path: string; readonly content: string } }
  | { readonly delete: string }
  /** A program and its arguments, without a shell. */
  | { readonly run: readonly string[] }
  /** Milliseconds. */
  | { readonly sleep: number }
  | { readonly text: string }
  /** The plan, in the phase `plan`. */
  | { readonly plan: string }
  | { readonly review: ScriptedReview }
  /** Ends the turn with this question, whatever else the turn says. */
  | { readonly question: ScriptedQuestion }
  /** Says that it spent so many US dollars. */
  | { readonly cost: number }
  /** Ends with this exit code and without a final word. */
  | { readonly exit: number }
  /** Says nothing more and never ends. */
  | { readonly hang: true }
  /** Dies of SIGKILL. */
  | { readonly crash: true };

export interface ScriptedQuestion {
  readonly type?: 'text' | 'choice' | 'yes_no' | undefined;
  readonly question: string;
  readonly options?: readonly string[] | undefined;
  readonly context?: string | undefined;
}

export interface ScriptedReview {
  readonly verdict: 'approve' | 'request_changes';
  readonly summary: string;
  readonly findings: readonly {
    readonly severity: 'blocking' | 'important' | 'minor';
    readonly path: string | null;
    readonly line: number | null;
    readonly message: string;
  }[];
}

/** One answer to one prompt. */
export interface ScriptTurn {
  /** Only for prompts that ask for this; else for any. */
  readonly on?: string | undefined;
  readonly steps: readonly ScriptStep[];
}

/** Turns by phase; in each, the first answers the first prompt, and the last one all that follow. */
export interface Script {
  readonly plan: readonly ScriptTurn[];
  readonly implement: readonly ScriptTurn[];
  readonly review: readonly ScriptTurn[];
}

/** What the program finds in its home beside its sessions. */
export interface ScriptedRun {
  readonly script: Script;
  readonly phase: keyof Script;
  readonly sessionId: string;
  /** What the prompt asks for and is about; null if it does not say. */
  readonly subject: {
    readonly task: string;
    readonly repository: string;
    readonly number: number;
    readonly title: string;
  } | null;
}

/** Where the program finds its run and keeps its sessions, relative to the home. */
export const RUN_FILE = '.scripted-agent/run.json';
export const SESSIONS = '.scripted-agent/sessions';
