import type { Change, ChangeConcern } from '../domain/change.ts';
import type { ArtifactRef } from '../domain/artifact.ts';
import type { IssueRef } from '../domain/issue.ts';

/** Where a repository's git remote is. */
export interface Remote {
  /** `owner/repo`. */
  readonly repository: string;
  /** Clone address without credentials. */
  readonly url: string;
}

/** A commit that the remote does not have, with the bundle that brings it. */
export interface BundledCommit {
  readonly oid: string;
  readonly bundle: ArtifactRef;
}

export interface PrepareRequest {
  readonly issue: IssueRef;
  readonly remote: Remote;
  /**
   * Names the piece of work. Preparing again with the same key keeps the tree as the last attempt left it; another key
   * resets it (ignored files, such as installed dependencies, stay).
   */
  readonly key: string;
  /** The default branch's commit to stand on. */
  readonly baseOid: string;
  /** The head that `git diff` in the tree is seen against: the base, or a published head. */
  readonly parent: BundledCommit | null;
  /** Work so far: its tree becomes the working tree. Null starts from `parent` or base. */
  readonly work: BundledCommit | null;
  /** Called once the workspace is the caller's and before its tree is touched: to end what an earlier attempt left there. */
  readonly onTaken?: (dir: string) => Promise<void>;
  readonly signal?: AbortSignal;
}

/** One issue's working place on this host, in the hands of whoever prepared it until it is released. */
export interface Workspace {
  readonly dir: string;
  /** The agent's tree. Holds no git directory. */
  readonly tree: string;
  readonly gitDir: string;
  /** A reviewer never shares the author's session, and what the project's checks run reaches neither. */
  readonly homes: { readonly author: string; readonly reviewer: string; readonly validation: string };
  /** True if an earlier attempt at the same key was found and kept. */
  readonly warm: boolean;
  /** Lets others have it: the next `prepare`, `remove` and `prune`. To be called in a `finally`; twice does no harm. */
  release(): Promise<void>;
}

export interface ExportRequest {
  readonly baseOid: string;
  /** Parent of the new commit: the base, or the head that was published last. */
  readonly parentOid: string;
  readonly message: string;
  /** ISO 8601; fixed by the workflow, so that the same tree gives the same commit. */
  readonly committedAt: string;
  readonly author: { readonly name: string; readonly email: string };
  /** True while an agent works in the tree: what its cage needs there stays. */
  readonly isRunning?: boolean;
  /** A tree that needs no commit: it was saved already. */
  readonly exceptTreeOid?: string | null;
}

/** A file that differs from the commit that the tree is seen against. */
export interface ChangedTreeFile {
  readonly path: string;
  readonly change: 'added' | 'modified' | 'deleted';
  /** Changes whenever the file does. */
  readonly mark: string;
}

/** The workspaces of this host. All git in here runs without credentials, except `prepare`'s fetch into the mirror. */
export interface Workspaces {
  /** Names this host and its directory. */
  readonly place: string;
  /**
   * Brings the tree to where the request says, and takes the workspace for the caller. Waits for who has it, on this host
   * or in this process; a holder that died does not count.
   *
   * @throws GhwError `ArtifactMissing` if a bundle is gone; `ChangeRefused` if one is not what it should be; `DiskFull`;
   * `WorkspaceFailed`, or by the remote's HTTP status (`GitHubUnauthorized`, `GitHubForbidden`, `GitHubNotFound`,
   * `GitHubRateLimited`, `GitHubUnavailable`).
   */
  prepare(request: PrepareRequest): Promise<Workspace>;
  /**
   * Commits the tree as it is, without what its `.gitignore` leaves out, and bundles it. Null if it equals the parent's
   * tree, or the one that is excepted. Same input, same commit.
   *
   * @throws GhwError `ChangeRefused` if the tree holds anything called `.git`, or more than can be exported.
   */
  exportChange(workspace: Workspace, request: ExportRequest): Promise<Change | null>;
  /** What the tree shows at this moment, also while an agent works in it; the first `limit` files. */
  changedFiles(workspace: Workspace, limit: number): Promise<readonly ChangedTreeFile[]>;
  /** Unified diff of two commits that the workspace has, cut at `maxBytes` with a line that says so. */
  diff(workspace: Workspace, fromOid: string, toOid: string, maxBytes: number): Promise<string>;
  /** A file of a commit, or null if there is none; for what must not be read from the agent's tree. */
  readFile(workspace: Workspace, oid: string, path: string): Promise<string | null>;
  /** Removes what this host holds of an issue. Waits for who has it. */
  remove(issue: IssueRef): Promise<void>;
  /** Keeps disk use bounded: removes the workspaces least recently used beyond the limits. Never one in use. */
  prune(): Promise<void>;
}

export interface PushRequest {
  readonly remote: Remote;
  readonly change: Change;
  /** Short branch name. */
  readonly branch: string;
  /** What the remote branch must be now: null for absent, or our last head. */
  readonly expectedOid: string | null;
  readonly signal?: AbortSignal;
}

/** The trusted process that brings a change to the remote; it never reads an agent's tree. */
export interface Publisher {
  /** What stands against publishing the change; empty if nothing does. */
  inspect(remote: Remote, change: Change): Promise<readonly ChangeConcern[]>;
  /**
   * Pushes the change's head to the branch. Finding the head there already is success.
   *
   * @throws GhwError `BranchMoved` if the branch holds commits that are not ours; `PushRejected` if the remote refuses;
   * `ArtifactMissing` if the bundle is gone.
   */
  push(request: PushRequest): Promise<{ readonly headOid: string; readonly pushed: boolean }>;
  /**
   * Pushes unfinished work to a reference that is ours alone, in the place of what is there. What a person would have to
   * agree to stays.
   *
   * @returns false if it stays
   * @throws GhwError `PushRejected`, `ArtifactMissing`
   */
  pushCheckpoint(remote: Remote, ref: string, change: Change, signal?: AbortSignal): Promise<boolean>;
  /** Takes such a reference away; none there is fine. @throws GhwError `PushRejected` */
  removeCheckpoint(remote: Remote, ref: string): Promise<void>;
}
