import type { Launch, ModelDoor, SessionStart } from '../adapter.ts';
import type { AgentTask } from '../agent.ts';

const READ_TOOLS = ['read_file', 'read_many_files', 'list_directory', 'glob', 'grep_search'];
const EDIT_TOOLS = [...READ_TOOLS, 'replace', 'write_file', 'run_shell_command'];

/** The arguments for one run. The prompt comes on standard input. */
export function geminiArguments(task: AgentTask, session: SessionStart): string[] {
  return [
    ...['--output-format', 'stream-json', '--approval-mode', approvalMode(task)],
    // Nobody can be asked. What a trusted folder would run is hidden from the cage.
    '--skip-trust',
    ...(task.model === null ? [] : ['--model', task.model]),
    ...[session === 'new' ? '--session-id' : '--resume', task.sessionId],
  ];
}

/** Without bubblewrap there is no shell: in `auto_edit`, what would have to be confirmed is denied. */
function approvalMode({ phase, sandbox }: AgentTask): string {
  if (phase !== 'implement') return 'default';
  return sandbox.kind === 'bubblewrap' ? 'yolo' : 'auto_edit';
}

/** Settings of the agent's own home. `tools.core` is the list of tools that there are. */
export function geminiFiles({ phase, limits, cage, sandbox }: AgentTask): Launch['homeFiles'] {
  const settings = {
    security: { auth: { selectedType: 'gemini-api-key' }, toolSandboxing: sandbox.kind === 'agent' },
    privacy: { usageStatisticsEnabled: false },
    general: { enableAutoUpdate: false, enableAutoUpdateNotification: false, maxAttempts: 2 },
    advanced: { ignoreLocalEnv: true },
    // It would offer what a repository's `.agents` says.
    skills: { enabled: false },
    model: { maxSessionTurns: limits.maxTurns },
    tools: { core: phase === 'implement' ? EDIT_TOOLS : READ_TOOLS },
  };
  // The CLI keeps a project's sessions in the folder that this file says is the project's; without, it takes another.
  return [
    { path: '.gemini/settings.json', content: JSON.stringify(settings) },
    { path: '.gemini/tmp/workspace/.project_root', content: sandbox.inside(cage).tree },
  ];
}

/** The environment, beside HOME, PATH and TMPDIR. */
export function geminiEnvironment({ baseUrl, token }: ModelDoor): Record<string, string> {
  return {
    GOOGLE_GEMINI_BASE_URL: baseUrl,
    GEMINI_API_KEY: token,
    // Started once more, by itself, it would leave a child that no signal reaches.
    GEMINI_CLI_NO_RELAUNCH: 'true',
    LANG: 'C.UTF-8',
  };
}
