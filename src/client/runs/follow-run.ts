import { setTimeout as sleep } from 'node:timers/promises';
import type { IssueIdentity } from '../../domain/issue-state.ts';
import type { IssueSummary } from '../../domain/summary.ts';
import type { RunRecord } from '../../domain/stream/run-event.ts';
import type { StreamReader } from '../../domain/stream/stream-store.ts';
import { type PhaseResult, type Track, restOf } from '../follow.ts';
import { IssueClient } from '../issues.ts';
import type { PendingStep } from '../pending-step.ts';
import type { WorkClient } from '../work-cycle/work-client.ts';
import { issueLooks, type IssueLook } from './look.ts';
import { readStream, type StreamReading } from './read-stream.ts';
import { type RunBeat, runBeatOf } from './run-beat.ts';
import type { RunState } from './run-status.ts';

/** How an issue is getting on at one moment. */
export interface RunStatus {
  readonly state: RunState;
  readonly step: PendingStep | undefined;
  /** What the running agent tells; null where none runs. */
  readonly beat: RunBeat | null;
  /** How long nothing was heard of the step, in milliseconds; 0 if it was. */
  readonly silentMs: number;
  /** As last heard; null where no worker has answered yet. */
  readonly summary: IssueSummary | null;
}

/** What following an issue yields. */
export type RunItem =
  | { readonly kind: 'status'; readonly status: RunStatus }
  | { readonly kind: 'record'; readonly run: string; readonly record: RunRecord }
  /** The last: how the phase came to rest, where a worker could say so. */
  | { readonly kind: 'end'; readonly status: RunStatus; readonly track: Track; readonly result: PhaseResult | null };

export interface FollowRunOptions {
  /** The ledger's streams; a function is asked once, and may fail. Default null: what heartbeats bring is all there is. */
  readonly streams?: (() => Promise<StreamReader>) | null;
  /** False: what there is now, and no more. */
  readonly follow?: boolean;
  /** Ends the following with an `AbortError`, never the work. */
  readonly signal?: AbortSignal;
  /** Between two looks, in milliseconds. Default 500. */
  readonly pollMs?: number;
}

/** How often the ledger is read while heartbeats bring everything. */
const LEDGER_EVERY_MS = 3_000;

/**
 * Tells what an issue's agents do, as it happens and from the beginning of the run that is under way, until the phase is
 * at rest. Needs Temporal, and the ledger for what heartbeats do not hold, which is all but the newest events; nothing of
 * the worker's disk. A worker that is gone does not end it: the next attempt's events follow those of the one before.
 *
 * @throws GhwError `IssueNotTracked`, `TemporalUnreachable`; `AbortError`
 */
export async function* followRun(
  work: WorkClient,
  { number, repository }: Pick<IssueIdentity, 'repository' | 'number'>,
  options: FollowRunOptions = {},
): AsyncGenerator<RunItem> {
  const client = new IssueClient(work.temporal, { taskQueue: work.taskQueue });
  const issue: IssueIdentity = { repository, repositoryId: null, number };
  const looks = issueLooks(client, issue, options.signal);
  const reader = await openReader(options.streams ?? null);
  let reading: StreamReading | null = null;
  let readAt = 0;
  let track: Track | null = null;

  async function* finish(): AsyncGenerator<RunItem> {
    if (reading) yield* items(reading.run, await reading.finish());
    reading = null;
  }

  for (let isFirst = true; ; isFirst = false) {
    const look = isFirst ? await looks.glance() : await looks.look();
    const beat = runBeatOf(look.step);
    const status: RunStatus = { ...look, beat };
    if (!isFirst) track ??= trackOf(look);
    yield { kind: 'status', status };
    if (reading && beat?.run !== reading.run && look.isCertain) yield* finish();
    if (beat && !reading) {
      reading = readStream(beat.run, await reader());
      readAt = 0;
    }
    if (beat && reading) {
      // The ledger first: what a heartbeat holds may be the end of what is there.
      const isDue = performance.now() - readAt > LEDGER_EVERY_MS;
      if (readAt === 0 || isDue) yield* items(beat.run, await reading.look());
      if (readAt === 0 || isDue) readAt = performance.now();
      yield* items(beat.run, reading.told(beat.ring));
      if (reading.hasGap) yield* items(beat.run, await reading.look());
    }
    if (track === null) continue;
    const result = look.summary && look.isFresh ? (restOf(look.summary, track) ?? null) : null;
    const isOver = result !== null || look.state === 'waiting_for_person' || look.state === 'at_rest';
    if (isOver || options.follow === false) {
      yield* finish();
      yield { kind: 'end', status, track, result };
      return;
    }
    await sleep(options.pollMs ?? 500, undefined, options.signal ? { signal: options.signal } : {});
  }
}

function* items(run: string, records: readonly RunRecord[]): Generator<RunItem> {
  for (const record of records) yield { kind: 'record', run, record };
}

/** Nobody waits for a ledger before the first line. */
async function openReader(streams: (() => Promise<StreamReader>) | null): Promise<() => Promise<StreamReader | null>> {
  const opening = streams?.().catch(() => null) ?? null;
  return await Promise.resolve(async () => await opening);
}

/** The track on which something happens; the plan's until there is an implementation. */
function trackOf({ summary, planState }: IssueLook): Track {
  if (summary === null) return planState === 'approved' ? 'implementation' : 'plan';
  const { implementation, plan, step } = summary;
  if (plan.state === 'generating') return 'plan';
  if (implementation.state !== 'none' || plan.state === 'approved') return 'implementation';
  return step === null || plan.state !== 'none' ? 'plan' : 'implementation';
}
