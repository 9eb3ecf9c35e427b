import type { AgentEndKind } from '../../src/agents/agent.ts';
import type { ModelReply } from '../peers/model/scripted-model.ts';
import type { RealCli } from './real-clis.ts';

/** How long a model that is asked too often asks to wait. */
export const DELAY_S = 2;

/** Something that can happen to a run, and how it has to be understood, whichever CLI it happens to. */
export interface EndCase {
  /** For the reader of docs/agents.md, and in the prompt, by which the script knows it. */
  readonly what: string;
  readonly kind: AgentEndKind;
  readonly reply: (cli: RealCli, step: number, mark: string) => ModelReply;
  /** What is done to the run while its shell tool runs, or once the model was asked. */
  readonly then?: 'SIGTERM' | 'abort' | 'silence';
  /** True where nobody listens at the model's address. */
  readonly unreachable?: boolean;
}

/** A command that never ends. Claude Code refuses to let its model sleep. */
function endless(mark: string): string {
  return `node -e "setInterval(() => {}, 1e6)" ${mark}`;
}

function refusal(status: number, type: string): ModelReply {
  const message = 'a refusal of the test';
  return { status, type, message, ...(status === 429 ? { headers: { 'retry-after': DELAY_S.toString() } } : {}) };
}

export const endCases: readonly EndCase[] = [
  {
    what: 'the key is refused (401)',
    kind: 'authentication',
    reply: () => refusal(401, 'authentication_error'),
  },
  {
    what: `too many requests (429), with a delay of ${DELAY_S.toString()} s`,
    kind: 'retryable',
    reply: () => refusal(429, 'rate_limit_error'),
  },
  { what: 'the model is overloaded (529)', kind: 'retryable', reply: () => refusal(529, 'overloaded_error') },
  { what: 'the answer is no answer of a model', kind: 'retryable', reply: () => ({ garbage: true }) },
  { what: 'the answer breaks off', kind: 'retryable', reply: () => ({ cut: true }) },
  { what: 'the answer never comes', kind: 'hung', reply: () => ({ hang: true }), then: 'silence' },
  { what: 'nobody answers at the address', kind: 'retryable', reply: () => ({ say: '' }), unreachable: true },
  {
    what: 'the model calls a tool that does not exist, or with wrong arguments',
    kind: 'ok',
    reply: ({ badCall }, step) => {
      if (step === 1) return { call: { name: 'teleport', input: {} } };
      return step === 2 ? badCall : { say: 'Done.' };
    },
  },
  { what: 'the limit of turns', kind: 'limit_reached', reply: (cli) => cli.shell('true') },
  {
    what: 'SIGTERM from outside, while a tool runs',
    kind: 'crashed',
    reply: (cli, _step, mark) => cli.shell(endless(mark)),
    then: 'SIGTERM',
  },
  {
    what: 'stopped by the workflow, while a tool runs',
    kind: 'cancelled',
    reply: (cli, _step, mark) => cli.shell(endless(mark)),
    then: 'abort',
  },
];
