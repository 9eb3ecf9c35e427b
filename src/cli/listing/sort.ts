import { implementationStates } from '../../domain/implementation.ts';
import { planStates } from '../../domain/plan.ts';
import type { SortKey } from './choices.ts';
import type { IssueLine } from './line.ts';

type Key = string | number;

/** Numbers, so that what should come first is small. */
const keyOf = {
  number: () => 0,
  updated: ({ updatedAt }) => -timeOf(updatedAt),
  created: ({ createdAt }) => -timeOf(createdAt),
  title: ({ title }) => title?.toLowerCase() ?? '',
  cost: ({ costUsd }) => -costUsd,
  plan: ({ planState }) => planStates.indexOf(planState),
  implementation: ({ implementationState }) => implementationStates.indexOf(implementationState),
} as const satisfies Record<SortKey, (line: IssueLine) => Key>;

/**
 * The lines in order: newest or dearest first, titles from A to Z, states as an issue passes through them. Equal ones
 * stand by repository and number, which is also the order of `number`.
 */
export function sortLines(lines: readonly IssueLine[], by: SortKey, reverse = false): readonly IssueLine[] {
  const direction = reverse ? -1 : 1;
  return lines
    .map((line) => ({ line, key: keyOf[by](line), repository: line.repository.toLowerCase() }))
    .sort(
      (a, b) =>
        direction *
        (compare(a.key, b.key) || compare(a.repository, b.repository) || compare(a.line.number, b.line.number)),
    )
    .map(({ line }) => line);
}

function compare(a: Key, b: Key): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function timeOf(text: string | null): number {
  return text === null ? 0 : Date.parse(text);
}
