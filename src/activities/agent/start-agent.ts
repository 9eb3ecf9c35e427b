import { hostname } from 'node:os';
import { join } from 'node:path';
import type { AgentResult, AgentTask } from '../../agents/agent.ts';
import { subjectOf } from '../../agents/prompts/subject.ts';
import { promptId } from '../../agents/prompts/templates.ts';
import { recordRun } from '../../agents/run-record.ts';
import type { SpendMeter } from '../../agents/spend-meter.ts';
import type { Cage } from '../../sandbox/sandbox.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { RunParts } from './run-parts.ts';
import { startCheckpoints } from './stream/checkpoints.ts';
import { watchFiles } from './stream/file-watch.ts';

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
  const { agent, budget, context, deps, input, log, report, secrets, sessionId, spec } = parts;
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
    registries: settings.registries,
    limits: settings.limits,
    env: {},
  };
  const overspent = new AbortController();
  const prompt = await spec.prompt(workspace, { remembered, interrupted, resumed });
  const asked = subjectOf(prompt);
  parts.told.promptId = asked && promptId(asked.task, settings.templates);
  const files = spec.treeWritable ? watchFiles(workspace, deps.workspaces, log) : null;
  const task: AgentTask = {
    phase: spec.phase,
    prompt,
    sessionId,
    model: input.choice.model,
    answerSchema: spec.answerSchema,
    sandbox,
    cage,
    limits: { ...limits, budgetUsd: budget.meter.limitUsd, outputBytes: MAX_OUTPUT_BYTES },
    meter: budget.meter,
    transcriptPath: transcriptPath(parts),
    secrets,
    onLine: (line) => log.line(line),
    onEvent: (event) => {
      report.event(event);
      if (event.type === 'tool_end') files?.touched();
      if (event.type === 'usage' && event.saidUsd !== undefined) charge(budget.meter, event.saidUsd, overspent);
    },
    onProcess: (pid) => {
      report.update({ pid, begun: true, doing: 'starting' });
      // Only a help for the next attempt; a full disk shows itself elsewhere.
      recordRun(runFile(workspace.dir, parts), pid).catch(() => undefined);
    },
    signal: AbortSignal.any([context.cancellationSignal, overspent.signal]),
  };
  const { agent: name, model } = input.choice;
  await log.open(workspace.dir, { host: hostname(), phase: spec.phase, agent: name, model, sessionId, resumed });
  const checkpoints = startCheckpoints(parts, workspace, settings.checkpointMs);
  try {
    const result = await (resumed ? agent.resume(task) : agent[spec.phase](task));
    return withMeter(result, budget.meter, overspent.signal.aborted);
  } finally {
    await Promise.all([checkpoints.stop(), files?.stop()]);
  }
}

/** For an agent whose calls do not pass the gateway: another call after the limit is one too many. */
function charge(meter: SpendMeter, costUsd: number, overspent: AbortController): void {
  if (meter.admit()) meter.charge(costUsd);
  else overspent.abort();
}

/** What passed the meter comes before the agent's own word. */
function withMeter(result: AgentResult, { spentUsd, usage }: SpendMeter, overspent: boolean): AgentResult {
  const isCounted = usage.inputTokens + usage.outputTokens > 0;
  return {
    ...result,
    ...(isCounted ? { usage } : {}),
    ...(spentUsd > 0 ? { costUsd: spentUsd } : {}),
    ...(overspent && result.end.kind === 'cancelled'
      ? { end: { kind: 'limit_reached', limit: 'budget', message: 'The budget is used up.' } }
      : {}),
  };
}
