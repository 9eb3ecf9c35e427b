import { join } from 'node:path';
import type { AgentResult } from '../../agents/agent.ts';
import { addUsage } from '../../domain/agent-run.ts';
import type { ArtifactRef } from '../../domain/artifact.ts';
import type { WorkCommit } from '../../domain/implementation.ts';
import { redact } from '../../domain/redact.ts';
import type { RunTrace } from '../../domain/progress/run.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { RunParts } from './run-parts.ts';
import { transcriptPath } from './start-agent.ts';

const MAX_LAST_WORDS = 1_000;

/** The agent's last words, for people and for a session that has to begin anew. */
export function lastWordsOf({ text }: Pick<AgentResult, 'text'>, secrets: readonly string[]): string {
  return redact(text.trim(), secrets).slice(0, MAX_LAST_WORDS);
}

/** Keeps session and transcript, and says what the run came to, earlier attempts included. */
export async function traceRun(
  parts: RunParts,
  workspace: Workspace,
  ended: { readonly result: AgentResult; readonly checkpoint: WorkCommit | null },
): Promise<RunTrace> {
  const { agent, context, deps, input, notes, report, secrets, spec, startedAtMs, told } = parts;
  const { result, checkpoint } = ended;
  const { earlier } = report.current;
  const sessionFile = result.sessionFile ?? (await agent.sessionFile(workspace.homes[spec.home], result.sessionId));
  const before = input.session?.id === result.sessionId ? input.session.costUsd : 0;
  const costUsd = earlier.costUsd + result.costUsd;
  return {
    phase: spec.phase,
    session: {
      agent: agent.name,
      model: input.choice.model,
      id: result.sessionId,
      file: sessionFile ? await deps.artifacts.putFile(sessionFile).catch(() => null) : null,
      costUsd: before + costUsd,
      issueTextDigest: input.issueTextDigest,
      lastWords: lastWordsOf(result, secrets),
    },
    resumed: result.resumed,
    usage: addUsage(earlier.usage, result.usage),
    costUsd,
    transcript: await keepTranscript(parts),
    checkpoint,
    notes,
    durationMs: (earlier.durationMs ?? 0) + Date.now() - startedAtMs,
    attempts: context.info.attempt,
    prompt: told.promptId,
  };
}

/** Of all attempts, as the ledger has them; of this one alone where the ledger does not answer. */
async function keepTranscript(parts: RunParts): Promise<ArtifactRef | null> {
  const { deps, log, notes, scratch } = parts;
  const whole = join(scratch, 'whole-transcript.jsonl');
  const isWhole = await log.writeTranscript(whole);
  if (!isWhole) notes.push('The ledger did not answer; the transcript is of the last attempt alone.');
  return await deps.artifacts.putFile(isWhole ? whole : transcriptPath(parts)).catch(() => null);
}
