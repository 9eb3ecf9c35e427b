import { addUsage, noUsage, type TokenUsage } from '../domain/agent-run.ts';
import { questionIn } from '../domain/question.ts';
import { redact, redactDeep } from '../domain/redact.ts';
import { enclose } from '../sandbox/enclosure.ts';
import type { AgentAdapter, Launch, SessionStart } from './adapter.ts';
import type { AgentEnd, AgentEvent, AgentFinal, AgentTask } from './agent.ts';
import { writeInHome } from './home-files.ts';
import { watchModel } from './model-trouble.ts';
import type { OpenDoor } from './open-model-door.ts';
import { endOf, endOfStart } from './run-end.ts';
import { runProcess, type ProcessOutcome, type StopReason } from './run-process.ts';
import { openTranscript } from './transcript.ts';

/** What one start of the CLI came to. */
export interface Attempt {
  readonly end: AgentEnd;
  readonly outcome: ProcessOutcome;
  readonly final: AgentFinal | null;
  readonly sessionId: string;
  readonly text: string;
  /** By the CLI's own word. */
  readonly usage: TokenUsage;
}

/** What is the same for every attempt of a run. */
export interface RunContext {
  readonly adapter: AgentAdapter;
  readonly task: AgentTask;
  readonly door: OpenDoor;
  /** Ends the process that runs, if one does, and says why. Set by each attempt. */
  stop: (reason: StopReason) => void;
  /** True once a call of the model was refused for what the run has cost. */
  overBudget: boolean;
  /** What the provider's key is, and must not be in a transcript. */
  readonly secrets: readonly string[];
}

/** Starts the CLI, and watches it to its end. */
export async function attemptRun(run: RunContext, session: SessionStart): Promise<Attempt> {
  const { adapter, task, door } = run;
  let launch: Launch;
  try {
    launch = await adapter.launch(task, session, door.model);
    for (const file of launch.homeFiles) await writeInHome(task.cage.home, file.path, file.content);
  } catch (error) {
    return notStarted(task, error);
  }
  return await watchRun(run, launch);
}

async function watchRun(run: RunContext, launch: Launch): Promise<Attempt> {
  const { adapter, task, door } = run;
  const parse = adapter.createParser(task);
  const parseError = adapter.createErrorParser?.(task) ?? (() => []);
  const secrets = [...launch.secrets, ...run.secrets, ...(task.secrets ?? [])];
  const transcript = await openTranscript(task.transcriptPath, secrets, task.onLine);
  const openTools = new Set<string>();
  const trouble = watchModel(() => task.meter?.waitMs ?? null);
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
      if (question) task.onEvent(redactDeep<AgentEvent>({ type: 'question', question }, secrets));
    }
    trouble.note(event);
    // Where there is a gateway, it tells what was used, as it happens.
    if (event.type !== 'usage' || adapter.provider === undefined) task.onEvent(redactDeep(event, secrets));
  }

  try {
    const cage = {
      ...task.cage,
      readOnlyPaths: [...task.cage.readOnlyPaths, ...launch.readOnlyPaths],
      hidden: [...(task.cage.hidden ?? []), ...(launch.hidden ?? [])],
      doors: [...(task.cage.doors ?? []), ...door.doors],
      env: { ...task.cage.env, ...launch.env },
    };
    const enclosure = await enclose(task.sandbox, cage, () => run.stop('disk'));
    try {
      const outcome = await runProcess({
        command: task.sandbox.confine(launch.file, launch.args, enclosure.cage),
        sandbox: task.sandbox,
        stdin: launch.stdin,
        limits: task.limits,
        signal: task.signal,
        onProcess: task.onProcess,
        onStop: (stop) => (run.stop = stop),
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
      const end = endOf(adapter, task, {
        outcome,
        final: seen.final,
        trouble,
        overBudget: run.overBudget,
        exceeded: enclosure.exceeded(),
      });
      const message = redact(end.message, secrets);
      return { ...seen, end: { ...end, message }, outcome, usage: seen.final?.usage ?? seen.usage };
    } finally {
      await enclosure.close();
    }
  } catch (error) {
    await transcript.close('');
    return notStarted(task, error);
  }
}

/** An attempt that came to nothing. */
export function notStarted(task: AgentTask, error: unknown): Attempt {
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
