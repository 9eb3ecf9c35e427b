import type { Script, ScriptTurn } from './script.ts';
import type { SessionEntry } from './session-log.ts';

/** Which turn to play, and from which step. */
export interface Choice {
  /** Index into the phase's turns. */
  readonly index: number;
  readonly turn: ScriptTurn;
  readonly firstStep: number;
}

/**
 * Goes on with a turn that an earlier run did not finish; else takes the next one for what the prompt asks. Turns that
 * name the prompt's task go before those that name none. The last one that fits answers all that follow.
 */
export function chooseTurn(
  script: Script,
  phase: keyof Script,
  task: string | null,
  earlier: readonly SessionEntry[],
): Choice | null {
  const turns = script[phase].map((turn, index) => ({ turn, index }));
  const unfinished = unfinishedTurn(phase, earlier);
  const open = unfinished === null ? undefined : turns[unfinished.turn];
  if (unfinished !== null && open) return { ...open, firstStep: unfinished.nextStep };

  const ended = endedTurn(phase, earlier);
  const named = turns.filter(({ turn }) => turn.on !== undefined && turn.on === task);
  // Told to go on with what it had finished before it was killed, an agent only says so again.
  const done = task === 'continue' && named.length === 0 && ended !== null ? turns[ended] : undefined;
  if (done) return { ...done, firstStep: done.turn.steps.length };
  const fitting = named.length > 0 ? named : turns.filter(({ turn }) => turn.on === undefined);
  const indexes = new Set(fitting.map(({ index }) => index));
  const played = earlier.filter((entry) => entry.type === 'prompt' && entry.phase === phase && indexes.has(entry.turn));
  const next = fitting[Math.min(played.length, fitting.length - 1)];
  return next === undefined ? null : { ...next, firstStep: 0 };
}

function unfinishedTurn(phase: string, earlier: readonly SessionEntry[]): { turn: number; nextStep: number } | null {
  let open: { turn: number; nextStep: number; phase: string } | null = null;
  for (const entry of earlier) {
    if (entry.type === 'prompt') open = { turn: entry.turn, nextStep: resumedAt(open, entry.turn), phase: entry.phase };
    else if (entry.type === 'step' && open) open.nextStep = entry.index + 1;
    else if (entry.type === 'end') open = null;
  }
  return open !== null && open.phase === phase ? open : null;
}

/** The turn that the newest prompt was for, if it came to its end. */
function endedTurn(phase: string, earlier: readonly SessionEntry[]): number | null {
  const newest = earlier.findLast((entry) => entry.type === 'prompt');
  return newest?.phase === phase ? newest.turn : null;
}

/** A prompt that goes on with the same turn does not begin it anew. */
function resumedAt(open: { turn: number; nextStep: number } | null, turn: number): number {
  return open?.turn === turn ? open.nextStep : 0;
}
