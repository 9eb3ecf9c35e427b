import type { ArtifactRef } from './artifact.ts';

/** One file of a change, as git reports it. */
export interface ChangedFile {
  readonly path: string;
  readonly status: 'added' | 'modified' | 'deleted' | 'renamed';
  /** Lines; 0 for binary files. */
  readonly additions: number;
  readonly deletions: number;
}

/** The most files that travel by name in workflow state; the totals count all of them. */
export const MAX_LISTED_FILES = 200;

/** What an agent changed, as a commit that the host made from the agent's tree. */
export interface Change {
  /** The default branch's commit that the work stands on. */
  readonly baseOid: string;
  readonly headOid: string;
  readonly treeOid: string;
  /** A git bundle of `baseOid..headOid`, whose only ref is `refs/heads/change`. */
  readonly bundle: ArtifactRef;
  /** Against `baseOid`; at most {@link MAX_LISTED_FILES}. */
  readonly files: readonly ChangedFile[];
  readonly filesChanged: number;
  readonly additions: number;
  readonly deletions: number;
}

/** The outcome of one validation command. */
export interface ValidationStep {
  readonly command: string;
  readonly ok: boolean;
  /** Null if a signal or the time limit ended it. */
  readonly exitCode: number | null;
  readonly durationMs: number;
  /** The end of its output, redacted, at most 8 KB. */
  readonly outputTail: string;
}

export interface ValidationReport {
  /** The head that was validated. */
  readonly headOid: string;
  readonly ok: boolean;
  /** In order; stops at the first that fails. Empty if the project has nothing to run. */
  readonly steps: readonly ValidationStep[];
  /** Whole output of all commands. */
  readonly log: ArtifactRef | null;
}

/** Why a change may not leave without a person's word, or at all. */
export interface ChangeConcern {
  /** `refused` never leaves; `needs_person` leaves when a person names this head. */
  readonly severity: 'refused' | 'needs_person';
  readonly kind:
    'too_many_files' | 'too_large' | 'unsafe_path' | 'unsafe_symlink' | 'submodule' | 'protected_file' | 'secret';
  /** For the reader: which file and what is wrong with it. Never the secret itself. */
  readonly message: string;
}
