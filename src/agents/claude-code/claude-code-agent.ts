import { GhwError } from '../../domain/errors.ts';
import type { AgentAdapter, Launch, SessionStart } from '../adapter.ts';
import type { AgentTask, CodingAgent } from '../agent.ts';
import { createAgent } from '../create-agent.ts';
import { createCliFinder, type LocateOptions } from '../install/find-cli.ts';
import { claudeArguments, claudeEnvironment } from './command.ts';
import { claudeCode } from './distribution.ts';
import { classifyEnd, sessionConflict } from './outcome.ts';
import { isStreamEvent } from './lines.ts';
import { createClaudeParser } from './parse.ts';
import { claudeSessionCost, claudeSessionPaths } from './session.ts';

export interface ClaudeCodeOptions extends LocateOptions {
  /**
   * Key for the model. It enters the cage, in the memory of the CLI alone, until a gateway on the host takes its place.
   * Only what is configured here is used, never a key or login of this host.
   */
  readonly apiKey?: string | undefined;
  /** Where the model's API is; default the provider's own address. */
  readonly baseUrl?: string | undefined;
}

/** Claude Code, Anthropic's command-line agent, as a native program without Node. */
export function createClaudeCodeAgent(options: ClaudeCodeOptions = {}): CodingAgent {
  const finder = createCliFinder(claudeCode, options);

  async function launch(task: AgentTask, session: SessionStart): Promise<Launch> {
    const { apiKey } = options;
    if (apiKey === undefined || apiKey === '') {
      throw new GhwError('AgentAuthentication', 'Claude Code has no key for its model.', {
        hint: 'Configure the variable or file that holds the key of the agent claude-code.',
      });
    }
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
