import type { AgentAdapter } from '../../src/agents/adapter.ts';
import type { CodingAgent } from '../../src/agents/agent.ts';
import { createAgent } from '../../src/agents/create-agent.ts';
import { noUsage } from '../../src/domain/agent-run.ts';

/** A whole agent in one file, as docs/agents.md describes it: `cat`, which gives every prompt back. */
const adapter: AgentAdapter = {
  name: 'echo',
  description: 'Repeats what it is asked.',
  check: () => Promise.resolve({ ok: true, version: null, path: '/bin/cat', message: '' }),
  launch: (task) =>
    Promise.resolve({
      file: '/bin/cat',
      args: [],
      env: {},
      stdin: task.prompt,
      readOnlyPaths: [],
      homeFiles: [],
      secrets: [],
    }),
  createParser: () => (text) => [
    {
      type: 'final',
      ok: true,
      text,
      structured: undefined,
      usage: noUsage,
      costUsd: null,
      costIsCumulative: false,
      turns: 1,
      error: null,
    },
  ],
  isProgress: () => false,
  classify: (outcome) => ({ kind: 'crashed', message: `cat ended with ${String(outcome.exitCode)}` }),
  sessionConflict: () => null,
  sessionPaths: () => Promise.resolve([]),
  sessionCost: () => Promise.resolve(0),
};

export function createEchoAgent(): CodingAgent {
  return createAgent(adapter);
}
