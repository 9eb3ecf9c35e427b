import { GhwError } from '../../domain/errors.ts';
import { type ImplementationState, implementationStateNames } from '../../domain/implementation.ts';
import type { WaitsFor } from '../../domain/lifecycle.ts';
import { type PlanState, planStateNames } from '../../domain/plan.ts';
import { canonicalRepositoryName } from '../../domain/repository-name.ts';
import type { IssueLine } from './line.ts';

/** Which issues a list shows; what is absent does not narrow it. */
export interface LineFilter {
  readonly state: 'open' | 'closed' | 'all';
  /** In any spelling. */
  readonly repositories?: readonly string[];
  /** All of them. */
  readonly labels?: readonly string[];
  /** None of them. */
  readonly withoutLabels?: readonly string[];
  readonly author?: string;
  readonly assignee?: string;
  readonly plan?: readonly PlanState[];
  readonly implementation?: readonly ImplementationState[];
  readonly waitsFor?: WaitsFor;
  /** Words that the title has, in any order. */
  readonly search?: string;
}

/** A test of one line. What people write is compared without regard to case, as GitHub does. */
export function matcherOf(filter: LineFilter): (line: IssueLine) => boolean {
  const repositories = filter.repositories && new Set(filter.repositories.map(canonicalRepositoryName));
  const labels = lower(filter.labels);
  const without = lower(filter.withoutLabels);
  const words = lower(filter.search?.split(/\s+/).filter((word) => word !== ''));
  const author = filter.author?.toLowerCase();
  const assignee = filter.assignee?.toLowerCase();
  return (line) => {
    if (!isInState(line, filter.state)) return false;
    if (repositories && !repositories.has(canonicalRepositoryName(line.repository))) return false;
    if (author !== undefined && line.author?.toLowerCase() !== author) return false;
    if (assignee !== undefined && !lower(line.assignees).includes(assignee)) return false;
    if (filter.plan && !filter.plan.includes(line.planState)) return false;
    if (filter.implementation && !filter.implementation.includes(line.implementationState)) return false;
    if (filter.waitsFor !== undefined && line.waitsFor !== filter.waitsFor) return false;
    if (labels.length > 0 || without.length > 0) {
      const own = lower(line.labels);
      if (!labels.every((label) => own.includes(label)) || without.some((label) => own.includes(label))) return false;
    }
    if (words.length === 0) return true;
    const title = line.title?.toLowerCase() ?? '';
    return words.every((word) => title.includes(word));
  };
}

/** What is closed on GitHub but still has work running is shown among the open ones: it costs money. */
function isInState({ state, live, gone }: IssueLine, wanted: LineFilter['state']): boolean {
  if (wanted === 'all') return true;
  const isOpen = gone === null && (state === 'open' || live);
  return isOpen === (wanted === 'open');
}

function lower(texts: readonly string[] | undefined): readonly string[] {
  return texts?.map((text) => text.toLowerCase()) ?? [];
}

/** @throws GhwError `InvalidInput` for what is no plan state, by its own name or by the one that lists show */
export function planStatesOf(texts: readonly string[]): readonly PlanState[] {
  return texts.map((text) => stateOf(text, planStateNames, 'plan'));
}

/** @throws GhwError `InvalidInput` */
export function implementationStatesOf(texts: readonly string[]): readonly ImplementationState[] {
  return texts.map((text) => stateOf(text, implementationStateNames, 'implementation'));
}

function stateOf<State extends string>(text: string, names: Readonly<Record<State, string>>, of: string): State {
  const wanted = word(text);
  const all = Object.entries(names) as [State, string][];
  const found = all.find(([state, name]) => state === wanted || word(name) === wanted);
  if (found !== undefined) return found[0];
  throw new GhwError('InvalidInput', `There is no ${of} state ${JSON.stringify(text)}.`, {
    hint: `Choose one of ${all.map(([, name]) => name).join(', ')}.`,
  });
}

/** `PR opened`, `pr-opened` and `pr_opened` are one. */
function word(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
}
