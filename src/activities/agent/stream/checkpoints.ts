import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRef } from '../../../domain/artifact.ts';
import type { Workspace } from '../../../workspace/workspace.ts';
import type { RunParts } from '../run-parts.ts';
import { repeat, type Repeating } from './repeat.ts';

/**
 * Saves session and work of a running agent again and again, so that another host can go on from there. The session
 * first: one that knows of less than the tree holds looks again, one that knows of more would build on what is not there.
 * What cannot be saved now is saved the next time; both or neither.
 */
export function startCheckpoints(parts: RunParts, workspace: Workspace, everyMs: number): Repeating {
  const { log, report, spec } = parts;
  let treeOid: string | null = null;

  return repeat(everyMs, async () => {
    const session = await saveSession(parts, workspace);
    const work = (await spec.checkpoint?.(workspace, { isRunning: true, exceptTreeOid: treeOid })) ?? null;
    const { current } = report;
    const isSession = session !== null && session.sha256 !== current.session?.sha256;
    if (work === null && !isSession) return;
    treeOid = work?.treeOid ?? treeOid;
    report.update({ session: session ?? current.session, checkpoint: work?.commit ?? current.checkpoint });
    log.event({ type: 'saved', session: isSession, work: work?.commit.oid ?? null });
  });
}

async function saveSession(
  { agent, deps, report, scratch, spec }: RunParts,
  workspace: Workspace,
): Promise<ArtifactRef | null> {
  const file = join(scratch, `session-${randomUUID()}`);
  try {
    const isThere = await agent.copySession(workspace.homes[spec.home], report.current.sessionId, file);
    return isThere ? await deps.artifacts.putFile(file) : null;
  } finally {
    await rm(file, { force: true });
  }
}
