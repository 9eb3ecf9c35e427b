import type { AgentAdapter, Launch, ModelDoor, SessionStart } from '../adapter.ts';
import type { AgentTask, CodingAgent } from '../agent.ts';
import { createAgent } from '../create-agent.ts';
import { createCliFinder } from '../install/find-cli.ts';
import { providerOf, type ModelAccess } from '../model-access.ts';
import { claudeArguments, claudeEnvironment } from './command.ts';
import { claudeCode } from './distribution.ts';
import { classifyEnd, sessionConflict } from './outcome.ts';
import { isStreamEvent } from './lines.ts';
import { createClaudeParser } from './parse.ts';
import { claudeSessionCost, claudeSessionPaths } from './session.ts';

/** Claude Code, Anthropic's command-line agent, as a native program without Node. */
export function createClaudeCodeAgent(options: ModelAccess = {}): CodingAgent {
  const finder = createCliFinder(claudeCode, options);

  async function launch(task: AgentTask, session: SessionStart, model: ModelDoor): Promise<Launch> {
    const { file, args, readOnlyPaths } = await finder.locate();
    return {
      file,
      args: [...args, ...claudeArguments(task, session)],
      env: claudeEnvironment(model),
      stdin: task.prompt,
      readOnlyPaths,
      homeFiles: [],
      secrets: [],
    };
  }

  const adapter: AgentAdapter = {
    name: 'claude-code',
    description: 'Claude Code, the command-line agent by Anthropic.',
    check: finder.check,
    provider: () => providerOf(claudeCode, options, { api: 'anthropic', baseUrl: 'https://api.anthropic.com' }),
    launch,
    createParser: createClaudeParser,
    isProgress: isStreamEvent,
    classify: classifyEnd,
    sessionConflict,
    sessionPaths: claudeSessionPaths,
    sessionCost: claudeSessionCost,
  };
  return createAgent(adapter);
}
