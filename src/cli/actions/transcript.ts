import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GhwError } from '../../domain/errors.ts';
import type { IssueIdentity } from '../../domain/issue-state.ts';
import { formatIssue } from '../../domain/issue.ts';
import { createMerge } from '../../domain/stream/merge.ts';
import type { RunRecord } from '../../domain/stream/run-event.ts';
import type { KnownRun, StreamReader } from '../../domain/stream/stream-store.ts';
import { issueWorkflowId } from '../../workflows/protocol.ts';
import type { CommandContext } from '../context.ts';
import { recordLines } from '../monitor/record-lines.ts';
import { renderTable } from '../table.ts';
import { issueOf } from '../targets.ts';
import { plainText } from '../text.ts';

export interface TranscriptOptions {
  readonly run?: string;
  readonly raw?: boolean;
}

export interface ExportTranscriptOptions extends TranscriptOptions {
  readonly output: string;
}

/** Lists an issue's runs, oldest first. */
export async function listTranscripts(context: CommandContext, words: readonly string[]): Promise<void> {
  const issue = await issueOf(context, words);
  const runs = await runsOf((await context.ledger()).streams, issue);
  context.out.data(
    runs.map((run, index) => ({ number: index + 1, ...run })),
    () =>
      runs.length === 0
        ? `${formatIssue(issue)}: no agent has run, or its runs are no longer kept.`
        : table(context, runs),
  );
}

/** Prints a run: for people, with `--json` its records, with `--raw` the agent's own lines. */
export async function showTranscript(
  context: CommandContext,
  options: TranscriptOptions,
  words: readonly string[],
): Promise<void> {
  const { io, out } = context;
  const lines = await textOf(context, options, words);
  const clean = (text: string): string => (out.json ? text : plainText(text));
  for await (const line of lines) {
    if (!io.stdout.write(options.raw === true ? clean(line) : line)) await drained(io.stdout);
  }
}

/** Writes the same to a file. */
export async function exportTranscript(
  context: CommandContext,
  options: ExportTranscriptOptions,
  words: readonly string[],
): Promise<void> {
  const lines = await textOf(context, { ...options, json: true }, words);
  try {
    await pipeline(Readable.from(lines), createWriteStream(options.output, { flags: 'wx', mode: 0o600 }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new GhwError('InvalidInput', `${options.output} is there already.`, { hint: 'Name another file.' });
  }
  context.out.data({ file: options.output }, () => options.output);
}

async function textOf(
  context: CommandContext,
  options: TranscriptOptions & { readonly json?: boolean },
  words: readonly string[],
): Promise<AsyncIterable<string>> {
  const issue = await issueOf(context, words);
  const { streams } = await context.ledger();
  const { run } = pick(await runsOf(streams, issue), issue, options.run);
  const records = inOrder(streams, run);
  if (options.raw === true) return rawLines(records);
  return options.json === true || context.out.json ? jsonLines(records) : humanLines(context, records);
}

async function runsOf(streams: StreamReader, { repository, number }: IssueIdentity): Promise<readonly KnownRun[]> {
  return await streams.list(issueWorkflowId(repository, number));
}

function pick(runs: readonly KnownRun[], issue: IssueIdentity, wanted: string | undefined): KnownRun {
  const run = wanted === undefined ? runs.at(-1) : /^\d{1,6}$/.test(wanted) ? runs[Number(wanted) - 1] : undefined;
  if (run !== undefined) return run;
  const which = wanted === undefined ? 'no run that is still kept' : `no run ${JSON.stringify(wanted)}`;
  throw new GhwError('WorkNotFound', `${formatIssue(issue)} has ${which}.`, {
    hint: `See its runs: ghw transcript list ${formatIssue(issue)}`,
  });
}

/** Each record once. What no host has kept is left out. */
async function* inOrder(streams: StreamReader, run: string): AsyncGenerator<RunRecord> {
  const merge = createMerge();
  for await (const records of streams.ordered(run)) yield* merge.accept(records);
  yield* merge.release();
}

async function* rawLines(records: AsyncIterable<RunRecord>): AsyncGenerator<string> {
  for await (const { line } of records) if (line !== undefined) yield `${line}\n`;
}

async function* jsonLines(records: AsyncIterable<RunRecord>): AsyncGenerator<string> {
  for await (const { line: _line, event, ...id } of records) yield `${JSON.stringify({ ...id, ...event })}\n`;
}

async function* humanLines({ out }: CommandContext, records: AsyncIterable<RunRecord>): AsyncGenerator<string> {
  const linesOf = recordLines(out.colors);
  for await (const record of records) for (const line of linesOf(record)) yield `${line}\n`;
}

function table({ out }: CommandContext, runs: readonly KnownRun[]): string {
  const rows = runs.map((run, index) => [
    String(index + 1),
    run.startedAt,
    run.phase,
    run.agent,
    run.model ?? '',
    run.outcome ?? 'under way',
    String(run.records),
  ]);
  const head = [{ title: 'run', align: 'right' as const }, 'began', 'phase', 'agent', 'model', 'outcome', 'records'];
  return renderTable(head, rows, { width: out.width, head: out.colors.bold });
}

async function drained(stream: NodeJS.WritableStream): Promise<void> {
  await new Promise<void>((done) => stream.once('drain', done));
}
