import { agentUses } from '../../config/agent-names.ts';
import type { Config } from '../../config/schema.ts';
import { agentSettings, keyVariables, registerAgents } from '../../workers/agents.ts';
import { isAgentKind } from '../../domain/agent-kind.ts';
import type { Check } from './check.ts';
import { broken } from './run-checks.ts';

/** Every agent that the configuration uses, and those that it could. */
export async function checkAgents(config: Config, env: NodeJS.ProcessEnv): Promise<readonly Check[]> {
  const registry = registerAgents(config, env);
  const used = agentUses(config);
  return Promise.all(
    registry.list().map(async ({ name }): Promise<Check> => {
      if (!used.has(name)) return { name: `agent ${name}`, status: 'ok', message: 'not used' };
      try {
        const { ok, version, path, message } = await registry.get(name).check({ install: false });
        if (!ok) return { name: `agent ${name}`, status: 'fail', message };
        const found = [version, path].filter(Boolean).join(', ') || 'ready';
        if (message === '') return { name: `agent ${name}`, status: 'ok', message: found };
        return { name: `agent ${name}`, status: 'warn', message: version === null ? message : `${found}. ${message}` };
      } catch (error) {
        return broken(`agent ${name}`, error);
      }
    }),
  );
}

/** Says plainly which agents get a model's key. */
export function checkModelKey(config: Config, env: NodeJS.ProcessEnv): readonly Check[] {
  const variables = keyVariables(config);
  const used = agentUses(config);
  const name = 'model key';
  const missing = [...agentSettings(config)]
    .filter(([agent, settings]) => settings.api_key_env === null && used.has(agent))
    .map(([agent]): Check => {
      const mend = `${setKey(agent, 'NAME')} (the agent can then read the key)`;
      return { name, status: 'fail', message: `no model key is given to ${agent}, so it cannot reach its model`, mend };
    });
  const given = [...variables].map(([agent, variable]) =>
    checkGivenKey({ agent, variable, used: used.has(agent) }, env),
  );
  if (missing.length + given.length > 0) return [...missing, ...given];
  return [{ name, status: 'ok', message: 'no model key is given to any agent' }];
}

function setKey(agent: string, variable: string): string {
  return isAgentKind(agent)
    ? `ghw config set agents.${agent}.api_key_env ${variable}`
    : `ghw agents update ${agent} --api-key-env ${variable}`;
}

function checkGivenKey(
  { agent, variable, used }: { readonly agent: string; readonly variable: string; readonly used: boolean },
  env: NodeJS.ProcessEnv,
): Check {
  const name = 'model key';
  const orNone = isAgentKind(agent) ? setKey(agent, 'null') : `ghw agents update ${agent} --unset api-key-env`;
  if (!env[variable]) {
    const mend = `Set ${variable} where the worker runs, or: ${orNone}`;
    return { name, status: used ? 'fail' : 'warn', message: `${variable} is configured, but not set here`, mend };
  }
  const held = agent === 'claude-code' ? 'its CLI holds it in memory' : 'its CLI and its tools can read it';
  return {
    name,
    status: 'warn',
    message: `the key in ${variable} ENTERS THE CAGE of ${agent}: ${held} until a gateway takes its place`,
    mend: `Give it a key of its own with a spending limit, or: ${orNone}`,
  };
}
