import { isErrorName } from '../errors.ts';
import { wholeSelection, type CycleRequest, type WorkSelection } from './cycle.ts';
import { workOutcomes, type WorkAnswer } from './desk.ts';
import { cyclePhases, workPhases } from './phases.ts';

/** Plain guards over what anybody may start a cycle with or send to it: workflow bundles hold no schema library. */

type Fields = Readonly<Record<string, unknown>>;

/** What a cycle is asked for, in full; whatever is left out is as usual. Null for what makes no sense. */
export function parseCycleRequest(input: unknown): CycleRequest | null {
  const given = fieldsOf(input ?? {});
  const selection = given && parseSelection(given.selection ?? {});
  if (!given || !selection) return null;
  const request = {
    name: given.name ?? 'once',
    selection,
    phases: given.phases ?? cyclePhases,
    choices: given.choices ?? {},
    dryRun: given.dryRun ?? false,
    frequency: given.frequency ?? null,
    intervalMs: given.intervalMs ?? null,
  };
  const isSound =
    isText(request.name) &&
    isListOf(request.phases, (phase) => (cyclePhases as readonly unknown[]).includes(phase)) &&
    areChoices(request.choices) &&
    typeof request.dryRun === 'boolean' &&
    (request.frequency === null || isText(request.frequency)) &&
    (request.intervalMs === null || (isNumber(request.intervalMs) && request.intervalMs > 0));
  return isSound ? (request as CycleRequest) : null;
}

function parseSelection(input: unknown): WorkSelection | null {
  const given = fieldsOf(input);
  if (!given) return null;
  const selection: Record<keyof WorkSelection, unknown> = { ...wholeSelection, ...given };
  const { assignee, labels, notLabels, numbers, priority, repositories, since } = selection;
  const isSound =
    isListOf(repositories, isText) &&
    (numbers === null || isListOf(numbers, isRange)) &&
    (labels === null || isListOf(labels, isText)) &&
    isListOf(notLabels, isText) &&
    (since === null || (isText(since) && !Number.isNaN(Date.parse(since)))) &&
    (assignee === null || isText(assignee)) &&
    (priority === null || isNumber(priority));
  return isSound ? (selection as WorkSelection) : null;
}

/** Reads an issue's answer from a message; null if it is none. */
export function parseAnswer(input: unknown): WorkAnswer | null {
  const given = fieldsOf(input);
  if (!given || !isText(given.requestId) || !isText(given.replyTo)) return null;
  const outcome = workOutcomes.find((known) => known === given.outcome);
  if (outcome === undefined) return null;
  return {
    requestId: given.requestId,
    replyTo: given.replyTo,
    outcome,
    reason: typeof given.reason === 'string' ? given.reason : null,
    error: isErrorName(given.error) ? given.error : null,
  };
}

function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

function isRange(value: unknown): boolean {
  return isListOf(value, isNumber) && (value as readonly number[]).length === 2;
}

function areChoices(value: unknown): boolean {
  const choices = fieldsOf(value);
  if (!choices) return false;
  return Object.entries(choices).every(([phase, choice]) => {
    const { agent = null, model = null } = fieldsOf(choice) ?? { agent: 0 };
    const areNames = [agent, model].every((name) => name === null || isText(name));
    return (workPhases as readonly string[]).includes(phase) && areNames;
  });
}
