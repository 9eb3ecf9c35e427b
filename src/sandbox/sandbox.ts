/** What a confined process may see and do. Everything not listed does not exist for it. */
export interface Cage {
  /** The working tree, on the host. Its `.git`, if any, is hidden. */
  readonly tree: string;
  readonly treeWritable: boolean;
  /** The process's own home, on the host; always writable. */
  readonly home: string;
  /** The tree's git directory, on the host; shown read-only through a read-only `.git` file. */
  readonly gitDir?: string;
  /** Further host paths (a CLI's installation, a script), shown read-only at the same place. */
  readonly readOnlyPaths: readonly string[];
  /** The whole environment. Nothing is inherited. HOME, PATH and TMPDIR are set by the sandbox if absent. */
  readonly env: Readonly<Record<string, string>>;
}

/** A command ready to be spawned on the host. */
export interface ConfinedCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** A way to confine a process and all its descendants. */
export interface Sandbox {
  readonly kind: 'bubblewrap' | 'none';
  /** Where the tree and the home are for the process inside. */
  inside(cage: Cage): { readonly tree: string; readonly home: string };
  /** Wraps a command. Ending the spawned process ends everything inside (bubblewrap), or its process group (none). */
  confine(file: string, args: readonly string[], cage: Cage): ConfinedCommand;
}
