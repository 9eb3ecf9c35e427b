import type { Workspace, Workspaces } from '../../../workspace/workspace.ts';
import type { RunLog } from './run-log.ts';
import { repeat } from './repeat.ts';

/** Between two looks at the tree. */
const LOOK_EVERY_MS = 3_000;
/** More changed files than this are not told of one by one. */
const MAX_FILES = 1_000;

/** Tells which files change, by the tree itself and not by the agent's word. */
export interface FileWatch {
  /** Something happened that may have changed a file. */
  touched(): void;
  /** Looks once more, and ends. */
  stop(): Promise<void>;
}

export function watchFiles(
  workspace: Workspace,
  workspaces: Pick<Workspaces, 'changedFiles'>,
  log: Pick<RunLog, 'event'>,
): FileWatch {
  let known: ReadonlyMap<string, string> | null = null;
  let isDue = true;

  async function look(): Promise<void> {
    if (!isDue) return;
    isDue = false;
    const files = await workspaces.changedFiles(workspace, MAX_FILES);
    // What the first look finds was there before.
    for (const { path, change, mark } of known === null ? [] : files) {
      if (known?.get(path) !== mark) log.event({ type: 'file_changed', path, change });
    }
    known = new Map(files.map(({ path, mark }) => [path, mark]));
  }

  const first = look().catch(() => undefined);
  const looking = repeat(LOOK_EVERY_MS, look);
  return {
    touched() {
      isDue = true;
    },
    async stop() {
      await first;
      await looking.stop();
      isDue = true;
      await look().catch(() => undefined);
    },
  };
}
