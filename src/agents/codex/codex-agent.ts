import type { AgentAdapter, Launch, ModelDoor, SessionStart } from '../adapter.ts';
import type { AgentTask, CodingAgent } from '../agent.ts';
import { createAgent } from '../create-agent.ts';
import { createCliFinder } from '../install/find-cli.ts';
import { providerOf, type ModelAccess } from '../model-access.ts';
import { codexArguments, codexEnvironment, codexFiles } from './command.ts';
import { codex } from './distribution.ts';
import { classifyEnd, sessionConflict } from './outcome.ts';
import { createCodexParser } from './parse.ts';
import { codexSessionPaths, codexSessionUsage } from './session.ts';

/** Codex, OpenAI's command-line agent, as a native program without its launcher. */
export function createCodexAgent(options: ModelAccess = {}): CodingAgent {
  const finder = createCliFinder(codex, options);

  async function launch(task: AgentTask, session: SessionStart, model: ModelDoor): Promise<Launch> {
    const { file, args, readOnlyPaths } = await finder.locate();
    return {
      file,
      args: [...args, ...codexArguments(task, session)],
      env: codexEnvironment(task.sandbox.inside(task.cage).home, model),
      stdin: task.prompt,
      readOnlyPaths,
      homeFiles: codexFiles(task, model),
      // Its settings keep skills from being offered, but not from being taken up where a prompt names one.
      hidden: ['.codex', '.agents'],
      secrets: [],
    };
  }

  const adapter: AgentAdapter = {
    name: 'codex',
    description: 'Codex, the command-line agent by OpenAI.',
    check: finder.check,
    provider: () => providerOf(codex, options, { api: 'openai', baseUrl: 'https://api.openai.com/v1' }),
    launch,
    createParser: createCodexParser,
    isProgress: () => false,
    classify: classifyEnd,
    sessionConflict,
    sessionPaths: codexSessionPaths,
    sessionCost: () => Promise.resolve(0),
    sessionUsage: codexSessionUsage,
    countTurns: true,
  };
  return createAgent(adapter);
}
