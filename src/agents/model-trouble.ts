import type { AgentEnd, AgentEvent } from './agent.ts';

/**
 * Refused or broken answers in a row after which a run is over. A CLI that limits its own tries gives up before; one that
 * goes on for ever is ended here.
 */
const MAX_RETRIES = 3;

/** The longest wait for a model during which a run keeps its slot, in milliseconds. */
const MAX_DELAY_MS = 60_000;

const TOO_MANY_REQUESTS = 429;

/** What stands between a run and its model, from the CLI's own word that it tries again. */
export interface ModelTrouble {
  note(event: AgentEvent): void;
  /** True once no further try is worth the slot. */
  hopeless(): boolean;
  /** The end of a run that is hopeless, or that fell silent while it tried again; null if it is in no trouble. */
  end(name: string): AgentEnd | null;
  /** How long the last refusal asked to wait, where it said so; else null. */
  retryAfterMs(): number | null;
}

export function watchModel(): ModelTrouble {
  let retries = 0;
  let delayMs = 0;
  let reason = '';
  let status: number | null = null;

  /** A CLI's own patience before another try is short and nobody's word; a rate limit has a time at which it ends. */
  function askedMs(): number | null {
    return status === TOO_MANY_REQUESTS && delayMs > 0 ? delayMs : null;
  }

  return {
    note(event) {
      if (event.type === 'retry') {
        retries += 1;
        ({ delayMs, reason } = event);
        status = event.status ?? null;
      } else if (event.type !== 'started' && event.type !== 'final') {
        retries = 0;
        delayMs = 0;
      }
    },
    hopeless: () => retries > MAX_RETRIES || delayMs > MAX_DELAY_MS,
    end: (name) =>
      retries === 0
        ? null
        : {
            kind: 'retryable',
            message:
              `${name} had ${retries.toString()} answers of its model in a row refused or broken, and was ended. ${reason}`.trimEnd(),
            ...(askedMs() === null ? {} : { retryAfterMs: delayMs }),
          },
    retryAfterMs: askedMs,
  };
}
