import type { EarlierWork } from '../../agents/prompts/messages.ts';
import type { Workspace, Workspaces } from '../../workspace/workspace.ts';
import type { RunAgentInput } from './types.ts';

const MAX_DIFF_BYTES = 100_000;

/** What is left of a session that cannot be gone on with; null where there was none. */
export async function earlierWork(
  workspaces: Workspaces,
  workspace: Workspace,
  { baseOid, handedOver = null, parent, said, session, work }: RunAgentInput,
): Promise<EarlierWork | null> {
  const before = session ?? handedOver;
  if (before === null && said.length === 0) return null;
  const from = parent?.oid ?? baseOid;
  const diff = work && work.oid !== from ? await workspaces.diff(workspace, from, work.oid, MAX_DIFF_BYTES) : null;
  return { said, lastWords: before?.lastWords ?? null, diff };
}
