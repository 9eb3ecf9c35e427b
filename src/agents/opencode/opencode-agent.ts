import type { AgentAdapter, Launch, ModelDoor, SessionStart } from '../adapter.ts';
import { GhwError } from '../../domain/errors.ts';
import type { ModelProvider } from '../../gateway/apis/api.ts';
import type { AgentTask, CodingAgent } from '../agent.ts';
import { createAgent } from '../create-agent.ts';
import { createCliFinder } from '../install/find-cli.ts';
import { instructionsUnderReview } from '../instructions-under-review.ts';
import { providerOf, type ModelAccess } from '../model-access.ts';
import { promptWithForm } from '../structured-answer.ts';
import { opencodeArguments, opencodeEnvironment } from './command.ts';
import { opencode } from './distribution.ts';
import { classifyEnd, sessionConflict } from './outcome.ts';
import { createOpencodeErrorParser, createOpencodeParser } from './parse.ts';
import { opencodeSessionPaths, readRunningDatabase, settleDatabase } from './session.ts';

export interface OpenCodeOptions extends ModelAccess {
  /** `anthropic`, `openai`, `google`, or any other name for a server that speaks the Chat Completions API. */
  readonly provider?: string | undefined;
}

/** Where OpenCode's own clients ask, which put the version into the address. */
const addresses: Readonly<Record<string, Parameters<typeof providerOf>[2]>> = {
  anthropic: { api: 'anthropic', baseUrl: 'https://api.anthropic.com/v1' },
  openai: { api: 'openai', baseUrl: 'https://api.openai.com/v1' },
  google: { api: 'google', baseUrl: 'https://generativelanguage.googleapis.com/v1beta' },
};

function modelProvider(name: string, access: ModelAccess): ModelProvider {
  const usual = addresses[name];
  if (usual) return providerOf(opencode, access, usual);
  if (access.baseUrl !== undefined) return providerOf(opencode, access, { api: 'openai', baseUrl: access.baseUrl });
  throw new GhwError('InvalidConfiguration', `OpenCode's provider ${name} has no address.`, {
    hint: 'Configure it: ghw config set agents.opencode.base_url https://…',
  });
}

/** OpenCode, which asks models of many providers. */
export function createOpencodeAgent(options: OpenCodeOptions = {}): CodingAgent {
  const finder = createCliFinder(opencode, options);
  const provider = options.provider ?? 'anthropic';

  async function launch(task: AgentTask, session: SessionStart, model: ModelDoor): Promise<Launch> {
    if (task.sandbox.kind === 'agent') {
      throw new GhwError('SandboxUnavailable', 'OpenCode has no sandbox of its own.', {
        hint: 'Use bubblewrap, or another agent.',
      });
    }
    const { file, args, readOnlyPaths } = await finder.locate();
    return {
      file,
      args: [...args, ...opencodeArguments(task, session, provider)],
      env: opencodeEnvironment(task, provider, model),
      stdin: promptWithForm(task),
      readOnlyPaths,
      homeFiles: [],
      // It runs the repository's plug-ins whatever it is told, and reads these files beside any file that it reads.
      hidden: [
        ...['.opencode', 'opencode.json', 'opencode.jsonc'],
        ...(await instructionsUnderReview(task, ['AGENTS.md', 'CONTEXT.md'])),
      ],
      secrets: [],
    };
  }

  const adapter: AgentAdapter = {
    name: 'opencode',
    description: 'OpenCode, the command-line agent for models of many providers.',
    check: finder.check,
    provider: () => modelProvider(provider, options),
    launch,
    createParser: createOpencodeParser,
    createErrorParser: createOpencodeErrorParser,
    isProgress: () => false,
    classify: classifyEnd,
    sessionConflict,
    sessionPaths: opencodeSessionPaths,
    sessionCost: () => Promise.resolve(0),
    settleSession: settleDatabase,
    readSession: readRunningDatabase,
    countTurns: true,
  };
  return createAgent(adapter);
}
