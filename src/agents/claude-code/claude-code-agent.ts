import type { AgentAdapter, Launch, SessionStart } from '../adapter.ts';
import type { AgentTask, CodingAgent } from '../agent.ts';
import { createAgent } from '../create-agent.ts';
import { createCliFinder } from '../install/find-cli.ts';
import { requireKey, type ModelAccess } from '../model-access.ts';
import { claudeArguments, claudeEnvironment } from './command.ts';
import { claudeCode } from './distribution.ts';
import { classifyEnd, sessionConflict } from './outcome.ts';
import { isStreamEvent } from './lines.ts';
import { createClaudeParser } from './parse.ts';
import { claudeSessionCost, claudeSessionPaths } from './session.ts';

/** Claude Code, Anthropic's command-line agent, as a native program without Node. */
export function createClaudeCodeAgent(options: ModelAccess = {}): CodingAgent {
  const finder = createCliFinder(claudeCode, options);

  async function launch(task: AgentTask, session: SessionStart): Promise<Launch> {
    const apiKey = requireKey(claudeCode, options.apiKey);
    const { file, args, readOnlyPaths } = await finder.locate();
    return {
      file,
      args: [...args, ...claudeArguments(task, session)],
      env: claudeEnvironment(options.baseUrl ?? null),
      stdin: task.prompt,
      secretInput: apiKey,
      readOnlyPaths,
      homeFiles: [],
      secrets: [apiKey],
    };
  }

  const adapter: AgentAdapter = {
    name: 'claude-code',
    description: 'Claude Code, the command-line agent by Anthropic.',
    check: finder.check,
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
