import type { AgentCheck } from '../../agents/agent.ts';
import { parseInput, variableInput } from '../../domain/schemas/input.ts';
import { configSchema } from '../../config/schema.ts';
import { registerAgents } from '../../workers/agents.ts';
import type { Answers } from './answers.ts';
import type { Asker } from './asker.ts';

const KEY_VARIABLE = 'ANTHROPIC_API_KEY';

type AgentAnswers = Pick<Answers, 'agent' | 'apiKeyEnv'>;

/** Looks which agents are there, asks for one, unless an option names it, and for what it needs. */
export async function askAgent(
  asker: Asker,
  given: AgentAnswers,
  { env, isNamed }: { readonly env: NodeJS.ProcessEnv; readonly isNamed: boolean },
): Promise<AgentAnswers> {
  if (isNamed && given.agent !== 'claude-code') return { agent: given.agent, apiKeyEnv: null };
  const claude = await registerAgents(configSchema.parse({}), env).get('claude-code').check({ install: false });
  const agent = isNamed
    ? given.agent
    : await asker.chosen('Which agent shall do the work?', [
        { value: 'claude-code', label: 'Claude Code', hint: claudeHint(claude) },
        { value: 'scripted', label: 'scripted', hint: 'plays a file and asks no model; for trying things out' },
      ]);
  if (agent !== 'claude-code') return { agent, apiKeyEnv: null };
  if (claude.message !== '') asker.say(`Claude Code: ${claude.message}`);
  return { agent, apiKeyEnv: await askKey(asker, given, env) };
}

function claudeHint({ ok, version }: AgentCheck): string {
  if (!ok) return 'not usable here';
  return version === null ? 'is installed when it is first needed' : `version ${version} is there`;
}

/** The name of a variable, never a key. */
async function askKey(asker: Asker, { apiKeyEnv }: AgentAnswers, env: NodeJS.ProcessEnv): Promise<string | null> {
  if (apiKeyEnv !== null) return apiKeyEnv;
  if (env[KEY_VARIABLE]) {
    const isWanted = await asker.confirmed(`Give it the model key that is in ${KEY_VARIABLE}?`, { initial: true });
    if (isWanted) return KEY_VARIABLE;
  }
  const name = await asker.written('Which environment variable holds the model’s key? (its name; empty for later)', {
    placeholder: KEY_VARIABLE,
    check: (text) => (text.trim() === '' ? undefined : parseInput(variableInput, text.trim(), 'It')),
  });
  return name.trim() === '' ? null : name.trim();
}
