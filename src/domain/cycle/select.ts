import { canonicalRepositoryName } from '../repository-name.ts';
import type { CyclePlan, PhaseRoom, PhaseSelection, WorkSelection, WorkTarget } from './cycle.ts';
import type { WorkPhase } from './phases.ts';
import { isAtWork, takeOf, type WorkView } from './takes.ts';

/** An issue that a phase may take. */
export interface Candidate extends WorkTarget {
  readonly labels: readonly string[];
  readonly assignees: readonly string[];
  /** ISO 8601. */
  readonly updatedAt: string;
  readonly view: WorkView;
  /** Why nothing of its repository is worked on; null if it is. */
  readonly obstacle: string | null;
  /** How many of its repository's issues this phase may work on at a time; null for as many as of all. */
  readonly limit: number | null;
}

/** What a phase selects by. */
export interface SelectBy {
  readonly selection: WorkSelection;
  readonly plan: Pick<CyclePlan, 'labels' | 'maxNewPlans' | 'parallelism'>;
  /** Work of the cycles before takes up room too. */
  readonly isScheduled: boolean;
}

/** Of one phase of one cycle: Temporal's histories have an end. */
const MOST_TARGETS = 1_000;

/**
 * What a phase takes of the issues there are, in the order in which they are asked: by priority, and among equals one of
 * each repository in turn. Issues that nobody selected are not counted; those that were, with the reason why not.
 */
export function selectWork(phase: WorkPhase, candidates: readonly Candidate[], options: SelectBy): PhaseSelection {
  const skipped: Record<string, number> = {};
  const skip = (reason: string): void => void (skipped[reason] = (skipped[reason] ?? 0) + 1);
  const taken: WorkTarget[] = [];
  let waitingForPerson = 0;
  let alreadyRunning = 0;
  for (const candidate of candidates) {
    if (!isSelected(phase, candidate, options)) continue;
    if (candidate.obstacle !== null) {
      skip(candidate.obstacle);
      continue;
    }
    const take = takeOf(phase, candidate.view);
    if (take.kind === 'take') taken.push(targetOf(candidate));
    else if (take.kind === 'waiting_for_person') waitingForPerson += 1;
    else if (take.kind === 'already_running') alreadyRunning += 1;
    else skip(take.reason);
  }
  for (const _missing of missing(candidates, options.selection)) skip('not found');
  const ordered = inTurn(taken);
  const isLimited = phase === 'plan' && options.selection.numbers === null;
  const most = isLimited ? Math.min(options.plan.maxNewPlans, MOST_TARGETS) : MOST_TARGETS;
  for (let left = ordered.length - most; left > 0; left -= 1) skip('left for the next cycle');
  const room = roomOf(phase, candidates, options);
  return { targets: ordered.slice(0, most), skipped, waitingForPerson, alreadyRunning, room };
}

/** Numbers that somebody named and no repository has; of a range, nobody expects all. */
function missing(candidates: readonly Candidate[], { numbers }: WorkSelection): readonly number[] {
  const known = new Set(candidates.map(({ number }) => number));
  return (numbers ?? []).flatMap(([first, last]) => (first === last && !known.has(first) ? [first] : []));
}

function roomOf(phase: WorkPhase, candidates: readonly Candidate[], { isScheduled, plan }: SelectBy): PhaseRoom {
  const atWork = isScheduled ? candidates.filter(({ view }) => isAtWork(phase, view)) : [];
  const limits = new Map(
    candidates.flatMap(({ limit, repositoryId }) => (limit === null ? [] : [[repositoryId, limit]])),
  );
  const left = (limit: number, taken: readonly Candidate[]): number => Math.max(0, limit - taken.length);
  return {
    total: left(plan.parallelism[phase], atWork),
    of: Object.fromEntries(
      [...limits].map(([id, limit]) => [
        id,
        left(
          limit,
          atWork.filter(({ repositoryId }) => repositoryId === id),
        ),
      ]),
    ),
  };
}

/** Requests that may be without an answer, whatever the parallelism. */
const MOST_OUTSTANDING = 200;

/** Which of a queue there is room to ask now, and which stay in it. */
export function nextToAsk(
  queue: readonly WorkTarget[],
  open: readonly WorkTarget[],
  room: PhaseRoom,
): { readonly ask: readonly WorkTarget[]; readonly left: readonly WorkTarget[] } {
  const most = Math.min(room.total, MOST_OUTSTANDING);
  const busy = new Map<string, number>();
  const begin = ({ repositoryId }: WorkTarget): void => void busy.set(repositoryId, (busy.get(repositoryId) ?? 0) + 1);
  open.forEach(begin);
  const ask: WorkTarget[] = [];
  const left: WorkTarget[] = [];
  for (const target of queue) {
    const isFree =
      open.length + ask.length < most &&
      (busy.get(target.repositoryId) ?? 0) < (room.of[target.repositoryId] ?? Infinity);
    (isFree ? ask : left).push(target);
    if (isFree) begin(target);
  }
  return { ask, left };
}

/** Only work that is begun needs a label: what has a plan was selected before. */
function isSelected(
  phase: WorkPhase,
  { assignees, labels, number, updatedAt }: Candidate,
  { plan, selection }: Pick<SelectBy, 'plan' | 'selection'>,
): boolean {
  const own = new Set(labels.map(lower));
  if (selection.notLabels.some((label) => own.has(lower(label)))) return false;
  if (selection.assignee !== null && !assignees.map(lower).includes(lower(selection.assignee))) return false;
  if (selection.since !== null && Date.parse(updatedAt) < Date.parse(selection.since)) return false;
  if (selection.numbers !== null) return selection.numbers.some(([first, last]) => first <= number && number <= last);
  const wanted = selection.labels ?? (phase === 'plan' ? plan.labels : null);
  // No label at all is everything only where somebody said so: a back-log is not planned by surprise.
  if (wanted === null || wanted.length === 0) return wanted === null || selection.labels !== null;
  return wanted.some((label) => own.has(lower(label)));
}

/** By priority; among equals one of each repository in turn, oldest number first. */
export function inTurn(targets: readonly WorkTarget[]): readonly WorkTarget[] {
  const byRepository = new Map<string, WorkTarget[]>();
  for (const target of [...targets].sort((a, b) => a.number - b.number)) {
    const key = canonicalRepositoryName(target.repository);
    byRepository.set(key, [...(byRepository.get(key) ?? []), target]);
  }
  const ranked = [...byRepository.values()].flatMap((own) => own.map((target, turn) => ({ target, turn })));
  return ranked
    .sort((a, b) => a.target.priority - b.target.priority || a.turn - b.turn || compare(a.target, b.target))
    .map(({ target }) => target);
}

function compare(a: WorkTarget, b: WorkTarget): number {
  return a.repository < b.repository ? -1 : a.repository > b.repository ? 1 : a.number - b.number;
}

function targetOf({ number, priority, repository, repositoryId }: Candidate): WorkTarget {
  return { number, priority, repository, repositoryId };
}

function lower(text: string): string {
  return text.toLowerCase();
}

/** True for a repository's name that a pattern means; `*` stands for anything but a slash. */
export function matchesPattern(name: string, pattern: string): boolean {
  const escaped = canonicalRepositoryName(pattern)
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '[^/]*');
  return new RegExp(`^${escaped}$`).test(canonicalRepositoryName(name));
}
