import { createClaudeCodeAgent } from '../agents/claude-code/claude-code-agent.ts';
import { createRegistry, type AgentRegistry } from '../agents/registry.ts';
import { createScriptedAgent } from '../agents/scripted/scripted-agent.ts';
import type { Config } from '../config/schema.ts';

/** The agents of this worker, as configured. An agent's key is read from the one variable that the configuration names. */
export function registerAgents(config: Pick<Config, 'agent' | 'agents'>, env: NodeJS.ProcessEnv): AgentRegistry {
  const registry = createRegistry();
  const { 'claude-code': claude, scripted } = config.agents;
  const apiKey = claude.api_key_env === null ? undefined : env[claude.api_key_env];
  registry.register(
    createClaudeCodeAgent({
      path: claude.path ?? undefined,
      baseUrl: claude.base_url ?? undefined,
      apiKey,
    }),
    { default: config.agent.default === 'claude-code' },
  );
  registry.register(createScriptedAgent({ scriptPath: scripted.script ?? undefined }), {
    default: config.agent.default === 'scripted',
  });
  return registry;
}
