import type { ModelDoor, SessionStart } from '../adapter.ts';
import type { AgentTask } from '../agent.ts';

const READ_TOOLS = ['Read', 'Grep', 'Glob'];
const EDIT_TOOLS = [...READ_TOOLS, 'Edit', 'Write', 'Bash'];

/**
 * The arguments for one run. The prompt comes on standard input: a long one does not fit an argument.
 *
 * `--setting-sources ""` and `--strict-mcp-config` keep the repository's own hooks, servers and settings from running
 * (with its settings, the repository could send our key to an address of its choice).
 */
export function claudeArguments(task: AgentTask, session: SessionStart): string[] {
  const { limits, answerSchema } = task;
  return [
    // Pieces of messages show that a model which writes for minutes is alive.
    ...['-p', '--output-format', 'stream-json', '--verbose', '--include-partial-messages'],
    ...['--setting-sources', '', '--strict-mcp-config', '--permission-prompts', 'none'],
    ...['--max-turns', limits.maxTurns.toString()],
    ...(task.model === null ? [] : ['--model', task.model]),
    ...permissionArguments(task),
    ...(task.sandbox.kind === 'agent' ? ['--settings', JSON.stringify(ownSandbox)] : []),
    ...(answerSchema === undefined ? [] : ['--json-schema', JSON.stringify(answerSchema)]),
    session === 'new' ? '--session-id' : '--resume',
    task.sessionId,
  ];
}

/** The CLI's own sandbox, which holds its shell; without what that needs, the shell is to fail. */
const ownSandbox = { sandbox: { enabled: true, failIfUnavailable: true, allowUnsandboxedCommands: false } };

/**
 * Plans and reviews only read. An implementation may do anything inside bubblewrap, which is what holds it; without, it
 * edits in the tree and has its shell. Claude Code refuses `bypassPermissions` to root, which nobody is in a cage.
 */
function permissionArguments({ phase, sandbox }: AgentTask): string[] {
  if (phase !== 'implement') return ['--permission-mode', 'dontAsk', '--tools', READ_TOOLS.join(',')];
  const tools = ['--tools', EDIT_TOOLS.join(',')];
  if (sandbox.kind === 'bubblewrap') return ['--permission-mode', 'bypassPermissions', ...tools];
  return ['--permission-mode', 'acceptEdits', ...tools, '--allowedTools', 'Bash'];
}

/** The environment, beside HOME, PATH and TMPDIR. Shell tools see it, so that no key is in it but the run's own token. */
export function claudeEnvironment({ baseUrl, token }: ModelDoor): Record<string, string> {
  return {
    ANTHROPIC_BASE_URL: baseUrl,
    ANTHROPIC_API_KEY: token,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    CLAUDE_CODE_MAX_RETRIES: '3',
    DISABLE_AUTOUPDATER: '1',
    LANG: 'C.UTF-8',
  };
}
