import type { ModelDoor, SessionStart } from '../adapter.ts';
import type { AgentTask } from '../agent.ts';
import { MODEL_KEY } from '../model-access.ts';

const READ_TOOLS = ['read', 'glob', 'grep', 'list'];
const EDIT_TOOLS = [...READ_TOOLS, 'edit', 'bash'];

/** Providers whose client OpenCode brings along and knows by name; any other speaks the Chat Completions API. */
const knownProviders = ['anthropic', 'openai', 'google'];

/** The arguments for one run. The prompt comes on standard input. */
export function opencodeArguments(task: AgentTask, session: SessionStart, provider: string): string[] {
  return [
    ...['run', '--format', 'json', '--pure'],
    // That it tries again, which it does for ever, it tells in its log alone.
    ...['--print-logs', '--log-level', 'ERROR'],
    ...(task.model === null ? [] : ['--model', `${provider}/${task.model}`]),
    ...(session === 'resume' ? ['--session', task.sessionId] : []),
  ];
}

/**
 * The environment, beside HOME, PATH and TMPDIR. All configuration is in it, and none is read from the repository: what
 * of it could not be switched off is hidden by the cage.
 */
export function opencodeEnvironment(task: AgentTask, provider: string, model: ModelDoor): Record<string, string> {
  return {
    OPENCODE_CONFIG_CONTENT: JSON.stringify(configuration(task, provider, model)),
    [MODEL_KEY]: model.token,
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_CLAUDE_CODE: '1',
    OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
    OPENCODE_DISABLE_EXTERNAL_SKILLS: '1',
    OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
    OPENCODE_DISABLE_PROJECT_CONFIG: '1',
    // It installs a package for plug-ins into its home at every start. Its tools see this too: their npm is offline.
    npm_config_offline: 'true',
    LANG: 'C.UTF-8',
  };
}

function configuration({ phase, model }: AgentTask, name: string, { baseUrl }: ModelDoor): unknown {
  const tools = phase === 'implement' ? EDIT_TOOLS : READ_TOOLS;
  return {
    autoupdate: false,
    share: 'disabled',
    snapshot: false,
    enabled_providers: [name],
    // A second request to the model, for a title that nobody reads.
    agent: { title: { disable: true } },
    permission: { '*': 'deny', ...Object.fromEntries(tools.map((tool) => [tool, 'allow'])) },
    provider: {
      [name]: {
        ...(knownProviders.includes(name) ? {} : { npm: '@ai-sdk/openai-compatible' }),
        options: { apiKey: `{env:${MODEL_KEY}}`, baseURL: baseUrl },
        ...(model === null ? {} : { models: { [model]: {} } }),
      },
    },
  };
}
