import { describe, expect, it } from '@jest/globals';
import type { PhaseSelection, WorkTarget } from '../../../src/domain/cycle/cycle.ts';
import type { WorkAnswer } from '../../../src/domain/cycle/desk.ts';
import { nextToAsk } from '../../../src/domain/cycle/select.ts';
import {
  isAccountedFor,
  newPhase,
  withAnswer,
  withSelection,
  withStillRunning,
  withSynced,
} from '../../../src/domain/cycle/tally.ts';
import { noCounts, type RepositorySyncResult } from '../../../src/domain/selection.ts';
import { NOW } from '../builders.ts';

/** Numbers that look like chance and are the same in every run (mulberry32). */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const outcomes = ['done', 'failed', 'skipped', 'waiting_for_person', 'already_running'] as const;

function anAnswer(below: (most: number) => number): Pick<WorkAnswer, 'outcome' | 'reason' | 'error'> {
  const outcome = outcomes[below(outcomes.length)] ?? 'done';
  const reason = ['closed', 'paused', null][below(3)] ?? null;
  return { outcome, reason, error: outcome === 'failed' ? 'AgentCrashed' : null };
}

function aSelection(below: (most: number) => number): PhaseSelection {
  const targets = Array.from({ length: below(300) }, (_, index): WorkTarget => {
    const repositoryId = `R_${below(4)}`;
    return { repository: `octo/${repositoryId}`, repositoryId, number: index + 1, priority: 1 + below(4) };
  });
  return {
    targets,
    skipped: { closed: below(5), 'left for the next cycle': below(5) },
    waitingForPerson: below(5),
    alreadyRunning: below(5),
    room: { total: below(40), of: { R_1: below(3) } },
  };
}

describe('the counts of a phase', () => {
  it('add up, whatever the issues answer and whenever the phase ends', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const below = chance(seed);
      const selection = aSelection(below);
      let result = withSelection(newPhase('plan', NOW), selection);
      let queue: readonly WorkTarget[] = selection.targets;
      let open: readonly WorkTarget[] = [];
      const asked: WorkTarget[] = [];
      for (let moments = below(60); moments > 0; moments -= 1) {
        const { ask, left } = nextToAsk(queue, open, selection.room);
        queue = left;
        asked.push(...ask);
        open = [...open, ...ask];
        expect(open.length).toBeLessThanOrEqual(selection.room.total);
        const answering = open.filter(() => below(2) === 0);
        open = open.filter((target) => !answering.includes(target));
        result = answering.reduce((sum, target) => withAnswer(sum, target, anAnswer(below)), result);
      }

      result = { ...open.reduce(withStillRunning, result), notStarted: queue.length };

      expect(isAccountedFor(result, selection)).toBe(true);
      expect(new Set(asked).size).toBe(asked.length);
      expect(result.issues.length).toBeLessThanOrEqual(200);
      expect(result.errors.length).toBeLessThanOrEqual(50);
    }
  });

  it('do not add up where an issue is forgotten', () => {
    const selection = { ...aSelection(chance(1)), targets: [target(1), target(2)] };
    const result = withSelection(newPhase('plan', NOW), selection);

    expect(isAccountedFor(withStillRunning(result, target(1)), selection)).toBe(false);
  });
});

function target(number: number): WorkTarget {
  return { repository: 'octo/hello', repositoryId: 'R_1', number, priority: 3 };
}

describe('an error of a phase', () => {
  it('names the issue and its failure; of long ones, the beginning is told', () => {
    const answer = { outcome: 'failed', reason: 'x'.repeat(9_000), error: 'AgentFailed' } as const;

    const { errors } = withAnswer(newPhase('plan', NOW), target(7), answer);

    expect(errors).toMatchObject([{ severity: 'warning', name: 'AgentFailed', where: 'octo/hello#7' }]);
    expect(errors[0]?.message.length).toBeLessThan(600);
  });
});

describe('what a sync came to', () => {
  const of = (repository: string, outcome: RepositorySyncResult['outcome']): RepositorySyncResult => ({
    ...{ repository, outcome, renamedFrom: null, archived: false, issues: noCounts },
    failure: outcome === 'failed' ? { name: 'GitHubUnavailable', message: 'away' } : null,
  });

  it('is a warning for one repository that failed, and fatal where none was reached', () => {
    const some = withSynced(newPhase('sync', NOW), [of('octo/a', 'failed'), of('octo/b', 'unchanged')]);
    const none = withSynced(newPhase('sync', NOW), [of('octo/a', 'failed'), of('octo/b', 'failed')]);

    expect(some).toMatchObject({ taken: 2, done: 1, failed: 1, errors: [{ severity: 'warning', where: 'octo/a' }] });
    expect(none).toMatchObject({ done: 0, failed: 2, errors: [{ severity: 'fatal' }, { severity: 'fatal' }] });
  });

  it('keeps of the repositories only those with news', () => {
    const { repositories } = withSynced(newPhase('sync', NOW), [of('octo/a', 'complete'), of('octo/b', 'unchanged')]);

    expect(repositories.map(({ repository }) => repository)).toEqual(['octo/a']);
  });

  it('of no repository at all is no failure', () => {
    expect(withSynced(newPhase('sync', NOW), [])).toMatchObject({ taken: 0, failed: 0, errors: [] });
  });
});
