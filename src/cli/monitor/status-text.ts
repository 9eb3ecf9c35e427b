import type { RunStatus } from '../../client/runs/follow-run.ts';
import { formatDuration } from '../../domain/duration.ts';
import type { TokenUsage } from '../../domain/agent-run.ts';
import { formatUsd, plainLine } from '../text.ts';

/** `12k in (80k cached), 3k out`. */
export function formatTokens({ inputTokens, cachedInputTokens, outputTokens }: TokenUsage): string {
  const cached = cachedInputTokens > 0 ? ` (${short(cachedInputTokens)} cached)` : '';
  return `${short(inputTokens)} in${cached}, ${short(outputTokens)} out`;
}

function short(count: number): string {
  if (count < 1_000) return String(count);
  if (count < 1_000_000) return `${String(Math.round(count / 100) / 10)}k`;
  return `${String(Math.round(count / 100_000) / 10)}M`;
}

/** What is going on, in words that do not change with every second. */
export function stateText({ beat, state, step, summary }: RunStatus): string {
  const what = step === undefined ? (summary?.step ?? '') : step.activity;
  switch (state) {
    case 'running':
      return beat ? `running: ${beat.agent}, ${beat.phase}, on ${plainLine(beat.host)}` : `running: ${words(what)}`;
    case 'waiting_for_slot':
      return `waiting for a slot: ${words(what)}`;
    case 'waiting_to_retry':
      return `waiting for the next attempt: ${plainLine(step?.lastFailure ?? '')}`;
    case 'worker_gone':
      return what === ''
        ? 'the worker is gone: nobody answers; the issue waits, safe'
        : `the worker is gone: ${words(what)} goes on when one comes (ghw up, ghw worker start)`;
    case 'waiting_for_person':
      return 'waiting for a person';
    case 'at_rest':
      return 'nothing runs';
  }
}

/** The line that changes as time goes. */
export function liveText(status: RunStatus, now: number): string {
  const { beat, silentMs, state, step } = status;
  const since = step?.since == null ? '' : formatDuration(Math.max(0, now - Date.parse(step.since)));
  const silent = silentMs > 0 ? `silent for ${formatDuration(silentMs)}` : '';
  const parts = [
    state.replaceAll('_', ' '),
    since,
    ...(beat ? [`${beat.tools} tools`, formatTokens(beat.usage), formatUsd(beat.costUsd), plainLine(beat.doing)] : []),
    silent,
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

/** `validateChange` as people say it. */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
