import { createClaudeCodeAgent } from '../agents/claude-code/claude-code-agent.ts';
import { createCodexAgent } from '../agents/codex/codex-agent.ts';
import { createGeminiAgent } from '../agents/gemini/gemini-agent.ts';
import type { ModelAccess } from '../agents/model-access.ts';
import { createOpencodeAgent } from '../agents/opencode/opencode-agent.ts';
import { createRegistry, type AgentRegistry } from '../agents/registry.ts';
import { createScriptedAgent } from '../agents/scripted/scripted-agent.ts';
import type { Config } from '../config/schema.ts';

/** The agents of this worker, as configured. An agent's key is read from the one variable that the configuration names. */
export function registerAgents(config: Pick<Config, 'agent' | 'agents'>, env: NodeJS.ProcessEnv): AgentRegistry {
  const registry = createRegistry();
  const { 'claude-code': claudeCode, codex, gemini, opencode, scripted } = config.agents;
  const agents = [
    createClaudeCodeAgent(accessOf(claudeCode, env)),
    createCodexAgent(accessOf(codex, env)),
    createGeminiAgent(accessOf(gemini, env)),
    createOpencodeAgent({ ...accessOf(opencode, env), provider: opencode.provider }),
    createScriptedAgent({ scriptPath: scripted.script ?? undefined }),
  ];
  for (const agent of agents) registry.register(agent, { default: config.agent.default === agent.name });
  return registry;
}

/** The variables that hold keys of models, by agent; agents that are given none are left out. */
export function keyVariables({ agents }: Pick<Config, 'agents'>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(agents).flatMap(([name, settings]) =>
      'api_key_env' in settings && settings.api_key_env !== null ? [[name, settings.api_key_env] as const] : [],
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
