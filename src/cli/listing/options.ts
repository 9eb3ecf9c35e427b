import { GhwError } from '../../domain/errors.ts';
import { type WaitsFor, waitsForValues } from '../../domain/lifecycle.ts';
import {
  assigneeInput,
  countInput,
  issueStateInput,
  lineInput,
  parseInput,
  repositoryInput,
} from '../../domain/schemas/input.ts';
import { type SortKey, sortKeys } from './choices.ts';
import { type LineFilter, implementationStatesOf, planStatesOf } from './filter.ts';

/** What `ghw issues list` is asked for, as it stands on the command line. */
export interface ListOptions {
  readonly state?: string;
  readonly all?: boolean;
  readonly label?: readonly string[];
  readonly author?: string;
  readonly assignee?: string;
  readonly plan?: readonly string[];
  readonly implementation?: readonly string[];
  readonly waitsFor?: string;
  readonly repository?: readonly string[];
  readonly search?: string;
  readonly limit?: string;
  readonly sort?: string;
  readonly reverse?: boolean;
  readonly watch?: boolean;
}

export interface ListWish {
  /** But for repositories. */
  readonly filter: LineFilter;
  readonly sort: SortKey;
  readonly reverse: boolean;
  readonly limit: number | undefined;
}

/** @throws GhwError `InvalidInput` */
export function listWishOf(options: ListOptions): ListWish {
  const labels = (options.label ?? []).map((label) => parseInput(lineInput, label, 'A label'));
  const filter: LineFilter = {
    state: stateOf(options),
    labels: labels.filter((label) => !label.startsWith('!')),
    withoutLabels: labels.filter((label) => label.startsWith('!')).map((label) => label.slice(1)),
    ...(options.author === undefined ? {} : { author: parseInput(assigneeInput, options.author, 'The author') }),
    ...(options.assignee === undefined
      ? {}
      : { assignee: parseInput(assigneeInput, options.assignee, 'The assignee') }),
    ...(options.plan === undefined ? {} : { plan: planStatesOf(options.plan) }),
    ...(options.implementation === undefined ? {} : { implementation: implementationStatesOf(options.implementation) }),
    ...(options.waitsFor === undefined ? {} : { waitsFor: waitsForOf(options.waitsFor) }),
    ...(options.search === undefined ? {} : { search: parseInput(lineInput, options.search, 'What to search for') }),
  };
  return {
    filter,
    sort: sortKeys.find((key) => key === options.sort) ?? 'number',
    reverse: options.reverse ?? false,
    limit: options.limit === undefined ? undefined : parseInput(countInput, options.limit, 'The limit'),
  };
}

/** Repositories that the options name, beside those among the words. */
export function repositoriesOf({ repository = [] }: ListOptions): readonly string[] {
  return repository.map((name) => parseInput(repositoryInput, name, 'A repository'));
}

function stateOf({ state, all = false }: ListOptions): LineFilter['state'] {
  const wanted = state === undefined ? undefined : parseInput(issueStateInput, state, 'The state');
  if (all && wanted !== undefined && wanted !== 'all') {
    throw new GhwError('InvalidInput', '--all and --state exclude each other.');
  }
  return all ? 'all' : (wanted ?? 'open');
}

function waitsForOf(text: string): WaitsFor {
  if (text === 'me') return 'person';
  return waitsForValues.find((value) => value === text) ?? 'nobody';
}
