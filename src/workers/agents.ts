import type { CodingAgent } from '../agents/agent.ts';
import { createClaudeCodeAgent } from '../agents/claude-code/claude-code-agent.ts';
import { createCodexAgent } from '../agents/codex/codex-agent.ts';
import { createGeminiAgent } from '../agents/gemini/gemini-agent.ts';
import type { ModelAccess } from '../agents/model-access.ts';
import { createOpencodeAgent } from '../agents/opencode/opencode-agent.ts';
import { createRegistry, type AgentRegistry } from '../agents/registry.ts';
import { createScriptedAgent } from '../agents/scripted/scripted-agent.ts';
import type { Config } from '../config/schema.ts';
import type { AgentKind } from '../domain/agent-kind.ts';

type NamedAgentConfig = Config['named_agents'][number];

/** The agents of this worker, as configured. An agent's key is read from the one variable that the configuration names. */
export function registerAgents(
  config: Pick<Config, 'agent' | 'agents' | 'named_agents'>,
  env: NodeJS.ProcessEnv,
): AgentRegistry {
  const registry = createRegistry();
  const { 'claude-code': claudeCode, codex, gemini, opencode, scripted } = config.agents;
  const agents = [
    createClaudeCodeAgent(accessOf(claudeCode, env)),
    createCodexAgent(accessOf(codex, env)),
    createGeminiAgent(accessOf(gemini, env)),
    createOpencodeAgent({ ...accessOf(opencode, env), provider: opencode.provider }),
    createScriptedAgent({ scriptPath: scripted.script ?? undefined }),
  ];
  for (const agent of [...agents, ...config.named_agents.map((named) => namedAgent(config, named, env))]) {
    registry.register(agent, { default: config.agent.default === agent.name });
  }
  return registry;
}

/** One of ours under another name; what it does not say itself is as in the section of its kind. */
function namedAgent({ agents }: Pick<Config, 'agents'>, named: NamedAgentConfig, env: NodeJS.ProcessEnv): CodingAgent {
  const { description = `${named.kind} under a name of its own.`, kind, name } = named;
  return { ...agentOfKind(kind, { agents, named, env }), name, description };
}

function agentOfKind(
  kind: AgentKind,
  {
    agents,
    named,
    env,
  }: { readonly agents: Config['agents']; readonly named: NamedAgentConfig; readonly env: NodeJS.ProcessEnv },
): CodingAgent {
  switch (kind) {
    case 'claude-code':
      return createClaudeCodeAgent(accessOf({ ...agents[kind], ...named }, env));
    case 'codex':
      return createCodexAgent(accessOf({ ...agents[kind], ...named }, env));
    case 'gemini':
      return createGeminiAgent(accessOf({ ...agents[kind], ...named }, env));
    case 'opencode': {
      const settings = { ...agents[kind], ...named };
      return createOpencodeAgent({ ...accessOf(settings, env), provider: settings.provider });
    }
    case 'scripted':
      return createScriptedAgent({ scriptPath: named.script ?? agents[kind].script ?? undefined });
  }
}

/** What the settings of some agents hold, of which those of each have something. */
interface SomeSettings {
  readonly api_key_env?: string | null;
  readonly script?: string | null;
}

/** The settings of every agent, those with names of their own too: what one does not say is as its kind has it. */
export function agentSettings({
  agents,
  named_agents: named,
}: Pick<Config, 'agents' | 'named_agents'>): ReadonlyMap<string, SomeSettings> {
  const own = named.map(({ kind, name, ...settings }) => [name, { ...agents[kind], ...settings }] as const);
  return new Map<string, SomeSettings>([...Object.entries(agents), ...own]);
}

/** The variables that hold keys of models, by agent; agents that are given none are left out. */
export function keyVariables(config: Pick<Config, 'agents' | 'named_agents'>): ReadonlyMap<string, string> {
  return new Map(
    [...agentSettings(config)].flatMap(([name, { api_key_env: variable = null }]) =>
      variable === null ? [] : [[name, variable] as const],
    ),
  );
}

function accessOf(
  settings: Pick<Config['agents']['codex'], 'path' | 'base_url' | 'api_key_env'>,
  env: NodeJS.ProcessEnv,
): ModelAccess {
  return {
    path: settings.path ?? undefined,
    baseUrl: settings.base_url ?? undefined,
    apiKey: settings.api_key_env === null ? undefined : env[settings.api_key_env],
  };
}
