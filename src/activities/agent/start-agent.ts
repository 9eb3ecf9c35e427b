import { join } from 'node:path';
import type { AgentResult, AgentTask } from '../../agents/agent.ts';
import { recordRun } from '../../agents/run-record.ts';
import type { Cage } from '../../sandbox/sandbox.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { RunParts } from './run-parts.ts';

/** Bytes of an agent's output before it counts as run wild. */
const MAX_OUTPUT_BYTES = 256 * 1024 * 1024;

/** Names the running agent beside the workspace, for an attempt that finds this one dead. */
export function runFile(dir: string, { spec }: RunParts): string {
  return join(dir, `run-${spec.home}.json`);
}

/** Where the attempt's transcript grows. */
export function transcriptPath({ scratch }: RunParts): string {
  return join(scratch, 'transcript.jsonl');
}

/**
 * Runs the agent to whatever end.
 *
 * @param continued - true if it has been given this very piece of work in its session
 */
export async function startAgent(parts: RunParts, workspace: Workspace, continued: boolean): Promise<AgentResult> {
  const { agent, context, deps, input, report, secrets, sessionId, spec } = parts;
  const { limits } = input;
  const home = workspace.homes[spec.home];
  const resumed = (await agent.sessionFile(home, sessionId)) !== null;
  const interrupted = resumed && continued;
  const remembered = interrupted || (resumed && input.session?.issueTextDigest === input.issueTextDigest);
  const sandbox = await deps.sandbox();
  const settings = await deps.settingsOf(input.issue);
  const cage: Cage = {
    tree: workspace.tree,
    treeWritable: spec.treeWritable,
    home,
    gitDir: workspace.gitDir,
    readOnlyPaths: settings.readOnlyPaths,
    env: {},
  };
  const task: AgentTask = {
    phase: spec.phase,
    prompt: await spec.prompt(workspace, { remembered, interrupted }),
    sessionId,
    model: input.choice.model,
    answerSchema: spec.answerSchema,
    sandbox,
    cage,
    limits: { ...limits, outputBytes: MAX_OUTPUT_BYTES },
    transcriptPath: transcriptPath(parts),
    secrets,
    onEvent: (event) => report.event(event),
    onProcess: (pid) => {
      report.update({ pid, begun: true, doing: 'starting' });
      // Only a help for the next attempt; a full disk shows itself elsewhere.
      recordRun(runFile(workspace.dir, parts), pid).catch(() => undefined);
    },
    signal: context.cancellationSignal,
  };
  if (resumed) return agent.resume(task);
  switch (spec.phase) {
    case 'plan':
      return agent.plan(task);
    case 'implement':
      return agent.implement(task);
    case 'review':
      return agent.review(task);
  }
}
