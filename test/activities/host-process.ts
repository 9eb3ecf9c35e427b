import { readFile } from 'node:fs/promises';
import type { RunAgentInput } from '../../src/activities/agent/types.ts';
import { createDirectoryStore } from '../../src/artifacts/directory-store.ts';
import { createGitHub } from '../../src/github/client.ts';
import { createSandbox, type SandboxKind } from '../../src/sandbox/create-sandbox.ts';
import { scripted } from './agent-support.ts';
import { attempt, createHost, TOKEN } from './support.ts';

/** What a worker in a process of its own is told. */
export interface HostProcess {
  readonly url: string;
  readonly directory: string;
  readonly artifacts: string;
  readonly sandbox: SandboxKind;
  readonly implement: readonly object[];
  readonly input: RunAgentInput;
}

/**
 * Attempts a run as a worker of its own would, and prints every heartbeat, for whoever kills this process.
 *
 * @param file - JSON of a {@link HostProcess}
 */
export async function attemptHere(file: string): Promise<void> {
  const { url, directory, artifacts, sandbox, implement, input } = JSON.parse(
    await readFile(file, 'utf8'),
  ) as HostProcess;
  const bench = {
    hub: { url },
    directory,
    artifacts: createDirectoryStore(artifacts),
    github: createGitHub({ baseUrl: url, token: () => Promise.resolve(TOKEN), timeoutMs: 10_000 }),
  };
  const { activities } = createHost(bench, {
    agent: scripted({ implement }),
    sandbox: await createSandbox({ kind: sandbox }),
  });
  const running = attempt((asked: RunAgentInput) => activities.runAgent(asked), [input]);
  running.environment.on('heartbeat', (details: unknown) => console.log(JSON.stringify(details)));
  await running.result;
}
