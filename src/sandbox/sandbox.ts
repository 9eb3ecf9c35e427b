import type { ProcessEntry } from './process-table.ts';

/** What a confined process may see and do. Everything not listed does not exist for it. */
export interface Cage {
  /** The working tree, on the host. Its `.git`, if any, is hidden. */
  readonly tree: string;
  readonly treeWritable: boolean;
  /** The process's own home, on the host; always writable. */
  readonly home: string;
  /**
   * The tree's git directory, on the host; shown read-only through a read-only `.git` file. Object directories that it
   * borrows from (`objects/info/alternates`) must be among `readOnlyPaths`, and its configuration must name no
   * `core.worktree`, which would be the host's path.
   */
  readonly gitDir?: string;
  /** Further host paths (a CLI's installation, a script), shown read-only at the same place. */
  readonly readOnlyPaths: readonly string[];
  /**
   * Names at the top of the tree that the process must not see: files are shown empty, and so are directories. Without
   * bubblewrap this cannot be had, and a tree that has one of them is refused.
   */
  readonly hidden?: readonly string[];
  /** Default `none`: nothing but a loopback of its own, and the doors in it. `host` shares the host's network. */
  readonly network?: 'none' | 'host';
  /** Ports of the loopback inside, and the host's sockets that they lead to. Only bubblewrap has them. */
  readonly doors?: readonly Door[];
  /** Hosts that programs inside may reach with HTTPS, such as package registries. Only bubblewrap leads there. */
  readonly registries?: readonly string[];
  readonly limits?: CageLimits;
  /** Control groups of the host that everything inside belongs to; files to which a process id is written. */
  readonly groups?: readonly string[];
  /** The whole environment. Nothing is inherited. HOME, PATH and TMPDIR are set by the sandbox if absent. */
  readonly env: Readonly<Record<string, string>>;
}

export interface Door {
  readonly port: number;
  /** Path of a Unix socket on the host. */
  readonly socket: string;
}

/** What everything inside may take together, as far as this host can hold it to that; null for no limit. */
export interface CageLimits {
  readonly memoryBytes: number | null;
  readonly processes: number | null;
  /** Processors, also parts of one. */
  readonly cpus: number | null;
  /** What tree and home may grow by. */
  readonly diskBytes: number | null;
  /** Of one file. */
  readonly fileBytes: number | null;
  /** Of each place in memory that looks like a disk, such as `/tmp`. */
  readonly tmpBytes: number | null;
}

/** A command ready to be spawned on the host. */
export interface ConfinedCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment: spawn with it and with nothing inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Spawn it `detached`, as the leader of a process group of its own. */
  readonly detached: boolean;
}

/** A way to confine a process and all its descendants. */
export interface Sandbox {
  /** `agent`: the agent's own sandbox, which holds its tools and not itself. */
  readonly kind: 'bubblewrap' | 'agent' | 'none';
  /** The user of this host that runs what is inside, where that is not the worker's own. */
  readonly user: number | null;
  /** Where the tree and the home are for the process inside. */
  inside(cage: Cage): { readonly tree: string; readonly home: string };
  /** Makes tree and home belong to the cage's user. Call it before each {@link Sandbox.confine} that follows writing there. */
  prepare(cage: Cage): Promise<void>;
  /**
   * Wraps a command. Ending the spawned process ends everything inside (bubblewrap), or its process group (none).
   *
   * With a `gitDir`, bubblewrap needs something to mount the `.git` file on: an empty file of that name appears in the
   * tree, which {@link Sandbox.tidy} removes. Whoever reads the tree after a killed run must bear with it.
   */
  confine(file: string, args: readonly string[], cage: Cage): ConfinedCommand;
  /**
   * Ends a process spawned from {@link Sandbox.confine}. `gently` sends SIGTERM to the command inside, so that it may
   * save its session; `now` ends it and all its descendants. A process that is gone already is no error.
   */
  end(pid: number, how: 'gently' | 'now'): void;
  /**
   * The process inside that outlives all others there: once it is gone, nothing that the spawned process started is left.
   * Undefined without bubblewrap, and until it has been started. Ask while the spawned process lives.
   */
  lastProcess(pid: number): ProcessEntry | undefined;
  /** Removes what {@link Sandbox.confine} left in the tree. Call it once the process is gone. */
  tidy(cage: Cage): void;
}
