import type { Launch, ModelDoor, SessionStart } from '../adapter.ts';
import type { AgentTask } from '../agent.ts';
import { MODEL_KEY } from '../model-access.ts';

const CONFIG = '.codex/config.toml';
const ANSWER_SCHEMA = '.codex/answer-schema.json';

/** Abilities that a caged run has no use for, that reach out into the network, or that wait for ever. */
const features = [
  'apps',
  'browser_use',
  'computer_use',
  'goals',
  'hooks',
  'image_generation',
  'multi_agent',
  'plugins',
  'remote_plugin',
  'skill_mcp_dependency_install',
  'unbounded_connection_retries',
];

/** The arguments for one run. The prompt comes on standard input, which `-` stands for. */
export function codexArguments(task: AgentTask, session: SessionStart): string[] {
  const { home } = task.sandbox.inside(task.cage);
  return [
    ...['exec', ...confinement(task)],
    ...(session === 'resume' ? ['resume'] : []),
    ...['--json', '--skip-git-repo-check'],
    ...(task.model === null ? [] : ['--model', task.model]),
    ...(task.answerSchema === undefined ? [] : ['--output-schema', `${home}/${ANSWER_SCHEMA}`]),
    ...(session === 'resume' ? [task.sessionId] : []),
    '-',
  ];
}

/** Bubblewrap holds a run and shows a plan a tree that cannot be written. Without, Codex has a sandbox of its own. */
function confinement({ phase, sandbox }: AgentTask): string[] {
  if (sandbox.kind === 'bubblewrap') return ['--dangerously-bypass-approvals-and-sandbox'];
  return ['--sandbox', phase === 'implement' ? 'workspace-write' : 'read-only'];
}

/** The configuration, in the agent's own home, and the form of the answer. */
export function codexFiles(task: AgentTask, { baseUrl }: ModelDoor): Launch['homeFiles'] {
  const { answerSchema } = task;
  return [
    { path: CONFIG, content: configuration(task, baseUrl) },
    ...(answerSchema === undefined ? [] : [{ path: ANSWER_SCHEMA, content: JSON.stringify(answerSchema) }]),
  ];
}

/**
 * The repository's `AGENTS.md` is not read (`project_doc_max_bytes`): that of the base branch is in the prompt. Its
 * `.codex/` counts only in projects that are trusted, which no home of ours says. A shell tool sees `core` variables.
 */
function configuration({ limits }: AgentTask, baseUrl: string): string {
  // A JSON string is a TOML string.
  const address = JSON.stringify(baseUrl);
  return `model_provider = "gateway"
web_search = "disabled"
project_doc_max_bytes = 0
check_for_update_on_startup = false
approval_policy = "never"

[model_providers.gateway]
name = "gateway"
base_url = ${address}
env_key = "${MODEL_KEY}"
wire_api = "responses"
request_max_retries = 0
stream_max_retries = 2
stream_idle_timeout_ms = ${limits.idleMs.toString()}

[shell_environment_policy]
inherit = "core"

[analytics]
enabled = false

[skills]
include_instructions = false
bundled.enabled = false

[features]
${features.map((name) => `${name} = false`).join('\n')}
`;
}

/** The environment, beside HOME, PATH and TMPDIR. */
export function codexEnvironment(home: string, { token }: ModelDoor): Record<string, string> {
  return { CODEX_HOME: `${home}/.codex`, [MODEL_KEY]: token, LANG: 'C.UTF-8' };
}
