import { phaseError } from '../../client/follow.ts';
import { followRun, type RunItem, type RunStatus } from '../../client/runs/follow-run.ts';
import type { IssueIdentity } from '../../domain/issue-state.ts';
import { formatIssue } from '../../domain/issue.ts';
import type { CommandContext } from '../context.ts';
import { describeOutcome } from '../describe.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { Interrupted } from '../interrupt.ts';
import { createLiveLine } from '../live-line.ts';
import { recordLines, type RecordLines } from '../monitor/record-lines.ts';
import { liveText, stateText } from '../monitor/status-text.ts';
import { nextCommand } from '../next-step.ts';
import { issueOf } from '../targets.ts';

export interface MonitorOptions {
  readonly follow: boolean;
}

/** Shows what an issue's agents do, as it happens; ends with the phase. Ctrl-C only ends the watching. */
export async function monitorIssue(
  context: CommandContext,
  options: MonitorOptions,
  words: readonly string[],
): Promise<void> {
  const issue = await issueOf(context, words);
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  const view = context.out.json ? jsonView(context) : humanView(context, issue);
  try {
    const client = await context.issues();
    const following = followRun(client, issue, {
      streams: async () => (await context.ledger()).streams,
      follow: options.follow,
      signal: stop.signal,
    });
    for await (const item of following) {
      view.show(item);
      if (item.kind === 'end') end(context, item);
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    view.clear();
    context.out.note(`The work goes on. Watch again: ghw monitor ${formatIssue(issue)}`);
    throw new Interrupted();
  } finally {
    view.clear();
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

type End = Extract<RunItem, { kind: 'end' }>;

/** The phase's outcome is the command's. */
function end(context: CommandContext, { result, status, track }: End): void {
  if (result === null || status.summary === null) return;
  const error = phaseError({ result, summary: status.summary }, track);
  if (error === undefined) return;
  context.out.error(error);
  context.exitCode = exitCodeOf(error.name);
}

interface View {
  show(item: RunItem): void;
  clear(): void;
}

/** One object per line, all of them numbered or changes. */
function jsonView({ io }: CommandContext): View {
  let before = '';
  const print = (value: object): void => void io.stdout.write(`${JSON.stringify(value)}\n`);
  return {
    show(item) {
      if (item.kind === 'record') {
        const { line: _line, event, ...id } = item.record;
        print({ ...id, run: item.run, ...event, type: event.type });
        return;
      }
      if (item.kind === 'end') {
        const { result, status, track } = item;
        const { runs: _runs, ...summary } = status.summary ?? { runs: [] };
        print({ type: 'end', track, result, state: status.state, summary: status.summary ? summary : null });
        return;
      }
      const value = statusJson(item.status);
      const line = JSON.stringify({ ...value, elapsedMs: 0 });
      if (line !== before) print(value);
      before = line;
    },
    clear: () => undefined,
  };
}

function statusJson({ beat, silentMs, state, step }: RunStatus): Record<string, unknown> {
  return {
    type: 'status',
    state,
    step: step?.activity ?? null,
    attempt: step?.attempt ?? null,
    since: step?.since ?? null,
    isSilent: silentMs > 0,
    lastFailure: step?.lastFailure ?? null,
    ...(beat
      ? {
          run: beat.run,
          host: beat.host,
          agent: beat.agent,
          phase: beat.phase,
          tools: beat.tools,
          usage: beat.usage,
          costUsd: beat.costUsd,
        }
      : {}),
  };
}

function humanView(context: CommandContext, issue: IssueIdentity): View {
  const { io, out } = context;
  const live = io.stderr.isTTY ? createLiveLine(io) : null;
  let before = '';
  let run = '';
  let lines: RecordLines = recordLines(out.colors);
  const print = (text: string): void => {
    live?.clear();
    io.stdout.write(`${text}\n`);
  };

  function showStatus(status: RunStatus): void {
    const text = stateText(status);
    if (text !== before) {
      const mark = status.state === 'running' ? out.colors.green('◆') : out.colors.yellow('◇');
      print(`${mark} ${formatIssue(issue)} ${text}`);
    }
    before = text;
    live?.show(liveText(status, Date.now()), undefined);
  }

  return {
    show(item) {
      if (item.kind === 'status') return showStatus(item.status);
      if (item.kind === 'end') {
        live?.clear();
        return print(endText(issue, item));
      }
      if (item.run !== run) lines = recordLines(out.colors);
      ({ run } = item);
      for (const line of lines(item.record)) print(line);
    },
    clear: () => live?.clear(),
  };
}

function endText(issue: IssueIdentity, { status }: End): string {
  const { summary } = status;
  if (summary === null) return `What was done: ghw transcript show ${formatIssue(issue)}`;
  const next = nextCommand(summary);
  const runs = summary.runs.length > 0 ? `\n  what was done: ghw transcript show ${formatIssue(issue)}` : '';
  const nothing = next === undefined && summary.outcome === null ? '\n  nothing is left to do here' : '';
  return `${describeOutcome(summary)}${nothing}${runs}`;
}
