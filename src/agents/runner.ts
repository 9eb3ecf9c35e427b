import { rm } from 'node:fs/promises';
import { GhwError } from '../domain/errors.ts';
import { questionIn } from '../domain/question.ts';
import { redact } from '../domain/redact.ts';
import { noUsage, addUsage, type TokenUsage } from '../domain/agent-run.ts';
import type { AgentAdapter, Launch, SessionStart } from './adapter.ts';
import type { AgentEnd, AgentEvent, AgentFinal, AgentResult, AgentTask } from './agent.ts';
import { findInHome, writeInHome } from './home-files.ts';
import { watchModel, type ModelTrouble } from './model-trouble.ts';
import { runProcess, type ProcessOutcome, type StopReason } from './run-process.ts';
import { openTranscript } from './transcript.ts';

/** What one start of the CLI came to. */
interface Attempt {
  readonly end: AgentEnd;
  readonly outcome: ProcessOutcome;
  readonly final: AgentFinal | null;
  readonly sessionId: string;
  readonly text: string;
  readonly usage: AgentResult['usage'];
}

/**
 * Runs an agent in its cage to whatever end. Never throws for how the run went. Whether the session is begun or
 * continued is decided by its file in the home; where the CLI sees that otherwise, it is tried once the other way.
 */
export async function runAgent(adapter: AgentAdapter, task: AgentTask): Promise<AgentResult> {
  const { home } = task.cage;
  const found = await findSession(adapter, home, task.sessionId);
  const costBefore = found === null ? 0 : await adapter.sessionCost(found);
  const usageBefore = found === null ? noUsage : ((await adapter.sessionUsage?.(found)) ?? noUsage);
  let session: SessionStart = found === null ? 'new' : 'resume';
  let attempt = await attemptRun(adapter, task, session);
  const conflict = adapter.sessionConflict(attempt.outcome, attempt.final);
  if (session === 'resume' && conflict === 'not_found') {
    // A file that was cut short by a crash holds no conversation, and is in the way of a new one.
    if (found !== null) await rm(found, { force: true });
    session = 'new';
    attempt = await attemptRun(adapter, task, session);
  } else if (session === 'new' && conflict === 'already_exists') {
    session = 'resume';
    attempt = await attemptRun(adapter, task, session);
  }
  task.sandbox.tidy(task.cage);
  const sessionFile = await findSession(adapter, home, attempt.sessionId);
  return {
    end: attempt.end,
    sessionId: attempt.sessionId,
    resumed: session === 'resume',
    text: attempt.final?.text ?? attempt.text,
    structured: attempt.final?.structured,
    usage: await usageOfRun(adapter, attempt, session === 'resume' ? usageBefore : noUsage, sessionFile),
    costUsd: await costOfRun(adapter, attempt.final, session === 'resume' ? costBefore : 0, sessionFile),
    turns: attempt.final?.turns ?? 0,
    sessionFile,
  };
}

/** Host path of a session's file in the home; null if there is none that is safe to read. */
export async function findSession(adapter: AgentAdapter, home: string, sessionId: string): Promise<string | null> {
  await adapter.settleSession?.(home);
  for (const path of await adapter.sessionPaths(home, sessionId)) {
    const found = await findInHome(home, path);
    if (found !== null) return found;
  }
  return null;
}

async function attemptRun(adapter: AgentAdapter, task: AgentTask, session: SessionStart): Promise<Attempt> {
  let launch: Launch;
  try {
    launch = await adapter.launch(task, session);
    for (const file of launch.homeFiles) await writeInHome(task.cage.home, file.path, file.content);
  } catch (error) {
    return notStarted(task, error);
  }
  return await watchRun(adapter, task, launch);
}

async function watchRun(adapter: AgentAdapter, task: AgentTask, launch: Launch): Promise<Attempt> {
  const parse = adapter.createParser(task);
  const parseError = adapter.createErrorParser?.(task) ?? (() => []);
  const secrets = [...launch.secrets, ...(task.secrets ?? [])];
  const transcript = await openTranscript(task.transcriptPath, secrets);
  const openTools = new Set<string>();
  const trouble = watchModel();
  const seen = { final: null as AgentFinal | null, sessionId: task.sessionId, text: '', usage: noUsage, rounds: 0 };

  function note(event: AgentEvent): void {
    if (event.type === 'started') seen.sessionId = event.sessionId;
    if (event.type === 'text') seen.text = event.text;
    if (event.type === 'tool_start') {
      if (openTools.size === 0) seen.rounds += 1;
      openTools.add(event.id);
    }
    if (event.type === 'tool_end') openTools.delete(event.id);
    if (event.type === 'usage') seen.usage = addUsage(seen.usage, event.usage);
    if (event.type === 'final') {
      seen.final = event;
      const question = event.ok && task.phase !== 'review' ? questionIn(event.text) : null;
      if (question) task.onEvent({ type: 'question', question });
    }
    trouble.note(event);
    task.onEvent(event);
  }

  const cage = {
    ...task.cage,
    readOnlyPaths: [...task.cage.readOnlyPaths, ...launch.readOnlyPaths],
    hidden: [...(task.cage.hidden ?? []), ...(launch.hidden ?? [])],
    env: { ...task.cage.env, ...launch.env },
  };
  try {
    const outcome = await runProcess({
      command: task.sandbox.confine(launch.file, launch.args, cage),
      sandbox: task.sandbox,
      stdin: launch.stdin,
      secretInput: launch.secretInput,
      limits: task.limits,
      signal: task.signal,
      onProcess: task.onProcess,
      onErrorLine: (line) => {
        for (const event of parseError(line)) note(event);
      },
      isOver: () => {
        if (adapter.countTurns === true && seen.rounds > task.limits.maxTurns) return 'turns';
        return trouble.hopeless() ? 'trouble' : null;
      },
      silenceExpected: () => openTools.size > 0,
      onLine: async (line) => {
        if (adapter.isProgress(line)) return;
        await transcript.write(line);
        for (const event of parse(line)) note(event);
      },
    });
    await transcript.close(outcome.stderrTail);
    const end = endOf({ adapter, task, outcome, final: seen.final, trouble });
    const message = redact(end.message, secrets);
    return { ...seen, end: { ...end, message }, outcome, usage: seen.final?.usage ?? seen.usage };
  } catch (error) {
    await transcript.close('');
    return notStarted(task, error);
  }
}

interface Ending {
  readonly adapter: AgentAdapter;
  readonly task: AgentTask;
  readonly outcome: ProcessOutcome;
  readonly final: AgentFinal | null;
  readonly trouble: ModelTrouble;
}

/** Success needs exit code 0 *and* the agent's word; then it does not matter that we were about to end it. */
function endOf({ adapter, task, outcome, final, trouble }: Ending): AgentEnd {
  const { stopped } = outcome;
  if (outcome.exitCode === 0 && final?.ok === true) return { kind: 'ok', message: '' };
  if (outcome.startError !== null) {
    return { kind: 'fatal', message: `${adapter.name} could not be started: ${outcome.startError}.` };
  }
  // Who falls silent while it waits for another try at its model does not hang.
  const byModel = stopped === 'trouble' || stopped === 'idle' ? trouble.end(adapter.name) : null;
  if (byModel !== null) return byModel;
  if (stopped !== null) return endByUs(adapter.name, task, stopped);
  const end = adapter.classify(outcome, final);
  const retryAfterMs = end.retryAfterMs ?? trouble.retryAfterMs();
  return end.kind === 'retryable' && retryAfterMs !== null ? { ...end, retryAfterMs } : end;
}

function endByUs(name: string, task: AgentTask, reason: StopReason): AgentEnd {
  const { idleMs, wallClockMs, outputBytes } = task.limits;
  switch (reason) {
    case 'abort':
      return { kind: 'cancelled', message: `${name} was asked to stop.` };
    case 'idle':
      return { kind: 'hung', message: `${name} said nothing for ${seconds(idleMs)} and was ended.` };
    case 'wall_clock':
      return {
        kind: 'limit_reached',
        message: `${name} ran for ${seconds(wallClockMs)}, its longest time, and was ended.`,
      };
    case 'turns':
      return {
        kind: 'limit_reached',
        message: `${name} took more than ${task.limits.maxTurns.toString()} turns and was ended.`,
      };
    case 'trouble':
      return { kind: 'retryable', message: `${name} got no answer from its model and was ended.` };
    case 'output':
      return {
        kind: 'limit_reached',
        message: `${name} wrote more than ${outputBytes.toString()} bytes and was ended.`,
      };
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toString()} s`;
}

function endOfStart(error: unknown): AgentEnd {
  const hint = error instanceof GhwError && error.hint !== undefined ? ` ${error.hint}` : '';
  const message = `${error instanceof Error ? error.message : String(error)}${hint}`;
  if (!(error instanceof GhwError)) return { kind: 'fatal', message };
  if (error.name === 'AgentAuthentication') return { kind: 'authentication', message };
  return { kind: error.retryable ? 'retryable' : 'fatal', message };
}

function notStarted(task: AgentTask, error: unknown): Attempt {
  const end = endOfStart(error);
  return {
    end,
    outcome: { exitCode: null, signal: null, stopped: null, startError: end.message, stderrTail: '' },
    final: null,
    sessionId: task.sessionId,
    text: '',
    usage: noUsage,
  };
}

/** What a session used before and after tells the run's part, also of a run that was ended before it could say. */
async function usageOfRun(
  adapter: AgentAdapter,
  { final, usage }: Pick<Attempt, 'final' | 'usage'>,
  before: TokenUsage,
  sessionFile: string | null,
): Promise<TokenUsage> {
  if (final?.usageIsCumulative === true && final.ok) return subtractUsage(final.usage, before);
  if (adapter.sessionUsage === undefined || sessionFile === null) return usage;
  return subtractUsage(await adapter.sessionUsage(sessionFile), before);
}

function subtractUsage(after: TokenUsage, before: TokenUsage): TokenUsage {
  return {
    inputTokens: Math.max(0, after.inputTokens - before.inputTokens),
    outputTokens: Math.max(0, after.outputTokens - before.outputTokens),
    cachedInputTokens: Math.max(0, after.cachedInputTokens - before.cachedInputTokens),
  };
}

/** A run that was ended said nothing at its end; what it cost may still be in its session. */
async function costOfRun(
  adapter: AgentAdapter,
  final: AgentFinal | null,
  before: number,
  sessionFile: string | null,
): Promise<number> {
  if (final?.costUsd != null) return final.costIsCumulative ? Math.max(0, final.costUsd - before) : final.costUsd;
  return sessionFile === null ? 0 : Math.max(0, (await adapter.sessionCost(sessionFile)) - before);
}
