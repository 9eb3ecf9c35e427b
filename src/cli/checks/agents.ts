import type { Config } from '../../config/schema.ts';
import { registerAgents } from '../../workers/agents.ts';
import type { Check } from './check.ts';
import { broken } from './run-checks.ts';

/** Every agent that the configuration uses, and those that it could. */
export async function checkAgents(config: Config, env: NodeJS.ProcessEnv): Promise<readonly Check[]> {
  const registry = registerAgents(config, env);
  const used = usedAgents(config);
  const unknown = [...used].filter((agent) => registry.list().every(({ name }) => name !== agent));
  const known = await Promise.all(
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
  return [
    ...known,
    ...unknown.map((agent): Check => {
      const mend = `Choose one of ${registry
        .list()
        .map(({ name }) => name)
        .join(', ')}: ghw config set agent.default <name>`;
      return { name: `agent ${agent}`, status: 'fail', message: 'is configured, but does not exist', mend };
    }),
  ];
}

/** Says plainly whether an agent gets a model's key. */
export function checkModelKey(config: Config, env: NodeJS.ProcessEnv): readonly Check[] {
  const name = 'model key';
  const { api_key_env: variable } = config.agents['claude-code'];
  const isUsed = usedAgents(config).has('claude-code');
  if (variable === null) {
    const message = 'no model key is given to any agent';
    if (!isUsed) return [{ name, status: 'ok', message }];
    const mend = 'ghw config set agents.claude-code.api_key_env ANTHROPIC_API_KEY (the agent can then read the key)';
    return [{ name, status: 'fail', message: `${message}, so claude-code cannot reach its model`, mend }];
  }
  if (!env[variable]) {
    const mend = `Set ${variable} where the worker runs, or: ghw config set agents.claude-code.api_key_env null`;
    return [{ name, status: isUsed ? 'fail' : 'warn', message: `${variable} is configured, but not set here`, mend }];
  }
  return [
    {
      name,
      status: 'warn',
      message: `the key in ${variable} ENTERS THE CAGE of claude-code: its CLI holds it in memory until a gateway takes its place`,
      mend: 'Give it a key of its own with a spending limit, or: ghw config set agents.claude-code.api_key_env null',
    },
  ];
}

function usedAgents(config: Config): ReadonlySet<string> {
  const settings = [config, ...config.repositories];
  const named = settings.flatMap(({ agent, plan, implement, review }) => [
    agent?.default,
    plan?.agent,
    implement?.agent,
    review?.agent,
  ]);
  return new Set(named.filter((name) => name !== undefined && name !== null));
}
