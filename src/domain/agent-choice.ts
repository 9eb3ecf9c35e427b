import type { AgentPhase } from './agent-run.ts';
import type { AgentChoice, IssuePolicy, LabelChoice, RunLimits } from './policy.ts';

/** What one run is about, as far as the choice of its agent goes. */
export interface ChoiceQuestion {
  readonly phase: AgentPhase;
  /** Of the issue. */
  readonly labels: readonly string[];
  /** What a person named with the command, or a work cycle. */
  readonly request: { readonly agent: string | null; readonly model: string | null } | null;
  /** Agents that could not do this very piece of work. */
  readonly failed: readonly string[];
}

/** The agent of one run. */
export interface ChosenAgent extends AgentChoice {
  readonly limits: RunLimits;
  /** Who takes over if this one cannot; null if nobody does. */
  readonly standIn: string | null;
}

/**
 * Which agent runs: the one that a person named, else the first choice that fits one of the issue's labels, else the
 * phase's, else the repository's, else the one of all. A model goes with the agent that it was named with: to another
 * it would mean nothing.
 */
export function chooseAgent(policy: IssuePolicy, question: ChoiceQuestion): ChosenAgent {
  const { failed, phase, request } = question;
  const base = policy[phase];
  const rule = ruleFor(policy, question);
  const wanted = request?.agent ?? rule?.agent ?? base.agent;
  const candidates = [wanted, ...(policy.fallback ?? []).filter((name) => name !== wanted)];
  const [agent = wanted, standIn = null] = candidates.filter((name) => !failed.includes(name));
  const named = policy.namedAgents?.[agent];
  const asWanted = agent === wanted ? (request?.model ?? ruleModel(rule, agent, base)) : null;
  const model = asWanted ?? (agent === base.agent ? base.model : null) ?? named?.model ?? null;
  return { agent, model, limits: { ...policy.run, ...named?.limits, ...rule?.limits }, standIn };
}

/** A rule without an agent is about the phase's own. */
function ruleModel(rule: LabelChoice | undefined, agent: string, base: AgentChoice): string | null {
  return rule !== undefined && agent === (rule.agent ?? base.agent) ? rule.model : null;
}

function ruleFor({ choices = [] }: IssuePolicy, { labels, phase }: ChoiceQuestion): LabelChoice | undefined {
  const own = new Set(labels.map((label) => label.toLowerCase()));
  return choices.find((rule) => own.has(rule.label.toLowerCase()) && rule.phases.includes(phase));
}
