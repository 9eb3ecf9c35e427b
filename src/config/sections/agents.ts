import { z } from 'zod';
import { agentKinds, isAgentKind } from '../../domain/agent-kind.ts';
import { agentPhases } from '../../domain/agent-run.ts';
import { address, duration, environmentVariable, model, name, path, printable } from '../fields.ts';

/** What a run may take, where a choice or a named agent says it. */
const limitFields = {
  timeout: duration.optional().describe('Longest run, in the place of agent.timeout.'),
  max_turns: z.int().min(1).max(1000).optional().describe('Most model turns, in the place of agent.max_turns.'),
  budget_usd: z.number().positive().optional().describe('US dollars for a run, in the place of agent.budget_usd.'),
};

/** One of our agents under a name of its own. What it does not say is as in the section of its kind. */
export const namedAgentSchema = z
  .strictObject({
    name: name.describe('What it is called, wherever an agent is named.'),
    kind: z.enum(agentKinds).describe('The agent that it is.'),
    description: printable.optional().describe('For lists.'),
    model: model.optional().describe('Its model; comes before agent.model.'),
    path: path.optional().describe('The program.'),
    base_url: address.optional().describe('Where its model’s API is.'),
    api_key_env: environmentVariable.optional().describe('Names the variable with its key.'),
    provider: name.optional().describe('Whose API OpenCode asks.'),
    script: path.optional().describe('The file that the scripted agent plays.'),
    ...limitFields,
  })
  .describe('One agent under a name of its own.');

/** Which agent takes an issue with a label. */
export const choiceSchema = z
  .strictObject({
    label: printable.max(256).describe('An issue with this label is meant.'),
    phases: z.array(z.enum(agentPhases)).min(1).optional().describe('In these phases; all where none is said.'),
    agent: name.optional().describe('The agent that takes it.'),
    model: model.optional().describe('The model that it uses.'),
    ...limitFields,
  })
  .describe('What holds for issues with a label.');

export const choicesSchema = z.array(choiceSchema).max(100);

export const namedAgentsSchema = z
  .array(namedAgentSchema)
  .max(100)
  // Also where other things are wrong: a person wants to hear of all at once.
  .superRefine(refuseWrongNames, { when: () => true });

const ofKind = { provider: 'opencode', script: 'scripted' } as const;

function refuseWrongNames(agents: unknown, context: z.core.$RefinementCtx): void {
  if (!Array.isArray(agents)) return;
  const seen = new Set<string>();
  for (const [index, entry] of (agents as readonly unknown[]).entries()) {
    if (typeof entry !== 'object' || entry === null) continue;
    const refuse = (key: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [index, key], message });
    if ('name' in entry && typeof entry.name === 'string') {
      if (isAgentKind(entry.name)) refuse('name', 'is the name of an agent that is there anyway');
      if (seen.has(entry.name)) refuse('name', 'is there twice');
      seen.add(entry.name);
    }
    for (const [key, kind] of Object.entries(ofKind)) {
      if (key in entry && 'kind' in entry && entry.kind !== kind) refuse(key, `is for the kind ${kind} only`);
    }
  }
}
