import type { AgentEnd, AgentEvent } from './agent.ts';

/**
 * Refused or broken answers in a row after which a run is over. A CLI that limits its own tries gives up before; one that
 * goes on for ever is ended here.
 */
const MAX_RETRIES = 3;

/** The longest wait for a model during which a run keeps its slot, in milliseconds. */
const MAX_DELAY_MS = 60_000;

const TOO_MANY_REQUESTS = 429;

/** What stands between a run and its model, from the CLI's own word that it tries again, and from the model's that it shall wait. */
export interface ModelTrouble {
  note(event: AgentEvent): void;
  /** True once no further try is worth the slot. */
  hopeless(): boolean;
  /** The end of a run that is hopeless, or that fell silent while it tried again; null if it is in no trouble. */
  end(name: string): AgentEnd | null;
  /** How long the last refusal asked to wait, where it said so; else null. */
  retryAfterMs(): number | null;
}

/** @param toldMs - how long the model asked to wait at its last refusal, where its calls pass us; else null */
export function watchModel(toldMs: () => number | null = () => null): ModelTrouble {
  let retries = 0;
  let delayMs = 0;
  let reason = '';
  let status: number | null = null;

  /** A CLI's own patience before another try is short and nobody's word; a rate limit has a time at which it ends. */
  function askedMs(): number | null {
    const told = toldMs();
    if (told !== null) return told;
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
    hopeless: () => retries > MAX_RETRIES || delayMs > MAX_DELAY_MS || (toldMs() ?? 0) > MAX_DELAY_MS,
    end(name) {
      const asked = askedMs();
      if (retries === 0 && asked === null) return null;
      const wait = asked === null ? '' : `Its model asked to wait ${Math.ceil(asked / 1_000).toString()} s. `;
      const many = `${name} had ${retries.toString()} answers of its model in a row refused or broken, and was ended. `;
      const message = `${retries === 0 ? `${name} was ended. ` : many}${wait}${reason}`.trimEnd();
      return { kind: 'retryable', message, ...(asked === null ? {} : { retryAfterMs: asked }) };
    },
    retryAfterMs: askedMs,
  };
}
