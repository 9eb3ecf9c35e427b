import { existsSync } from 'node:fs';
import { GhwError } from '../../domain/errors.ts';
import type { AgentAdapter, Launch, SessionStart } from '../adapter.ts';
import type { AgentCheck, AgentCheckOptions, AgentTask, CodingAgent } from '../agent.ts';
import { createAgent } from '../create-agent.ts';
import { claudeArguments, claudeEnvironment } from './command.ts';
import { isClaudeCodeInstalled, locateClaudeCode, type Installation, type LocateOptions } from './locate.ts';
import { classifyEnd, sessionConflict } from './outcome.ts';
import { isStreamEvent } from './lines.ts';
import { createClaudeParser } from './parse.ts';
import { claudeSessionCost, claudeSessionPaths } from './session.ts';
import { CLAUDE_CODE_VERSION, versionWarning } from './version.ts';

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
  let located: Promise<Installation> | undefined;

  async function locate(): Promise<Installation> {
    const known = await located?.catch(() => undefined);
    if (known && existsSync(known.program)) return known;
    located = locateClaudeCode(options);
    return await located;
  }

  async function launch(task: AgentTask, session: SessionStart): Promise<Launch> {
    const { apiKey } = options;
    if (apiKey === undefined || apiKey === '') {
      throw new GhwError('AgentAuthentication', 'Claude Code has no key for its model.', {
        hint: 'Configure the variable or file that holds the key of the agent claude-code.',
      });
    }
    const { program, readOnlyPaths } = await locate();
    return {
      file: program,
      args: claudeArguments(task, session),
      env: claudeEnvironment(options.baseUrl ?? null),
      stdin: task.prompt,
      secretInput: apiKey,
      readOnlyPaths,
      homeFiles: [],
      secrets: [apiKey],
    };
  }

  async function check({ install }: AgentCheckOptions): Promise<AgentCheck> {
    try {
      if (!install && !(await isClaudeCodeInstalled(options))) {
        const message = `Not there yet: the first run installs version ${CLAUDE_CODE_VERSION} (about 380 MB).`;
        return { ok: true, version: null, path: null, message };
      }
      const { program, version } = await locate();
      return { ok: true, version, path: program, message: versionWarning(version) };
    } catch (error) {
      const hint = error instanceof GhwError && error.hint !== undefined ? ` ${error.hint}` : '';
      return {
        ok: false,
        version: null,
        path: null,
        message: `${error instanceof Error ? error.message : String(error)}${hint}`,
      };
    }
  }

  const adapter: AgentAdapter = {
    name: 'claude-code',
    description: 'Claude Code, the command-line agent by Anthropic.',
    check,
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
