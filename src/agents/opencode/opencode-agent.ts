import type { AgentAdapter, Launch, SessionStart } from '../adapter.ts';
import type { AgentTask, CodingAgent } from '../agent.ts';
import { createAgent } from '../create-agent.ts';
import { createCliFinder } from '../install/find-cli.ts';
import { requireKey, type ModelAccess } from '../model-access.ts';
import { promptWithForm } from '../structured-answer.ts';
import { opencodeArguments, opencodeEnvironment } from './command.ts';
import { opencode } from './distribution.ts';
import { classifyEnd, sessionConflict } from './outcome.ts';
import { createOpencodeErrorParser, createOpencodeParser } from './parse.ts';
import { opencodeSessionPaths, settleDatabase } from './session.ts';

export interface OpenCodeOptions extends ModelAccess {
  /** `anthropic`, `openai`, `google`, or any other name for a server that speaks the Chat Completions API. */
  readonly provider?: string | undefined;
}

/** OpenCode, which asks models of many providers. */
export function createOpencodeAgent(options: OpenCodeOptions = {}): CodingAgent {
  const finder = createCliFinder(opencode, options);
  const provider = { name: options.provider ?? 'anthropic', baseUrl: options.baseUrl };

  async function launch(task: AgentTask, session: SessionStart): Promise<Launch> {
    const apiKey = requireKey(opencode, options.apiKey);
    const { file, args, readOnlyPaths } = await finder.locate();
    return {
      file,
      args: [...args, ...opencodeArguments(task, session, provider)],
      env: opencodeEnvironment(task, provider, apiKey),
      stdin: promptWithForm(task),
      secretInput: null,
      readOnlyPaths,
      homeFiles: [],
      // It runs the repository's plug-ins whatever it is told.
      hidden: ['.opencode', 'opencode.json', 'opencode.jsonc'],
      secrets: [apiKey],
    };
  }

  const adapter: AgentAdapter = {
    name: 'opencode',
    description: 'OpenCode, the command-line agent for models of many providers.',
    check: finder.check,
    launch,
    createParser: createOpencodeParser,
    createErrorParser: createOpencodeErrorParser,
    isProgress: () => false,
    classify: classifyEnd,
    sessionConflict,
    sessionPaths: opencodeSessionPaths,
    sessionCost: () => Promise.resolve(0),
    settleSession: settleDatabase,
    countTurns: true,
  };
  return createAgent(adapter);
}
