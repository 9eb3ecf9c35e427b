import { describe, expect, it } from '@jest/globals';
import { backOff } from '../../../src/domain/cycle/back-off.ts';
import { wholeSelection, type WorkSelection, type WorkTarget } from '../../../src/domain/cycle/cycle.ts';
import type { WorkPhase } from '../../../src/domain/cycle/phases.ts';
import {
  matchesPattern,
  nextToAsk,
  selectWork,
  type Candidate,
  type SelectBy,
} from '../../../src/domain/cycle/select.ts';

function aCandidate(over: Partial<Candidate> = {}): Candidate {
  return {
    repository: 'octo/hello',
    repositoryId: 'R_1',
    number: 1,
    priority: 3,
    labels: ['ghw'],
    assignees: [],
    updatedAt: '2026-01-02T00:00:00Z',
    view: { isOpen: true, isPaused: false, isStopped: false, plan: 'none', implementation: 'none', isReviewed: false },
    obstacle: null,
    limit: null,
    ...over,
  };
}

interface Options extends Partial<WorkSelection> {
  readonly maxNewPlans?: number;
  readonly parallelism?: number;
  readonly isScheduled?: boolean;
}

function by({ maxNewPlans = 10, parallelism = 2, isScheduled = false, ...selection }: Options = {}): SelectBy {
  const each = { plan: parallelism, implement: parallelism, review: parallelism };
  const plan = { labels: ['ghw'], maxNewPlans, parallelism: each };
  return { selection: { ...wholeSelection, ...selection }, plan, isScheduled };
}

function numbersOf(
  candidates: readonly Candidate[],
  { phase = 'plan', ...options }: Options & { readonly phase?: WorkPhase } = {},
): string[] {
  const { targets } = selectWork(phase, candidates, by(options));
  return targets.map(({ number, repository }) =>
    repository === 'octo/hello' ? `${number}` : `${repository}#${number}`,
  );
}

const approved: Candidate['view'] = { ...aCandidate().view, plan: 'approved' };

describe('what a cycle works on', () => {
  const backlog = [aCandidate({ number: 1, labels: ['GHW'] }), aCandidate({ number: 2, labels: [] })];

  it('is what has the configured label; a back-log is not planned by surprise', () => {
    expect(numbersOf(backlog)).toEqual(['1']);
    expect(numbersOf(backlog, { labels: [] })).toEqual(['1', '2']);
  });

  it('needs no label to go on with what was planned', () => {
    expect(numbersOf([aCandidate({ labels: [], view: approved })], { phase: 'implement' })).toEqual(['1']);
  });

  it.each<[string, Partial<WorkSelection>, string[]]>([
    [
      'numbers and ranges, whatever the labels',
      {
        numbers: [
          [1, 3],
          [5, 5],
        ],
      },
      ['1', '2', '3', '5'],
    ],
    ['any of several labels', { labels: ['bug', 'docs'] }, ['2', '3']],
    ['all but a label', { labels: [], notLabels: ['bug'] }, ['1', '3', '4', '5']],
    ['an assignee', { labels: [], assignee: 'Ana' }, ['4']],
    ['what changed since', { labels: [], since: '2026-02-01T00:00:00Z' }, ['5']],
  ])('can be %s', (_, selection, expected) => {
    const candidates = [
      aCandidate({ number: 1, labels: [] }),
      aCandidate({ number: 2, labels: ['Bug'] }),
      aCandidate({ number: 3, labels: ['docs'] }),
      aCandidate({ number: 4, labels: [], assignees: ['ana'] }),
      aCandidate({ number: 5, labels: [], updatedAt: '2026-03-01T00:00:00Z' }),
    ];

    expect(numbersOf(candidates, selection)).toEqual(expected);
  });

  it('is asked by priority, and of equals one of each repository in turn', () => {
    const candidates = [
      ...[1, 2, 3].map((number) => aCandidate({ number })),
      ...[7, 8].map((number) => aCandidate({ repository: 'octo/other', number })),
      aCandidate({ repository: 'octo/urgent', number: 9, priority: 1 }),
    ];

    expect(numbersOf(candidates)).toEqual(['octo/urgent#9', '1', 'octo/other#7', '2', 'octo/other#8', '3']);
  });

  it('begins only so many plans, and says how many it leaves; what is named is planned in any case', () => {
    const candidates = [1, 2, 3].map((number) => aCandidate({ number }));

    const { skipped, targets } = selectWork('plan', candidates, by({ maxNewPlans: 2 }));

    expect(targets).toHaveLength(2);
    expect(skipped).toEqual({ 'left for the next cycle': 1 });
    expect(numbersOf(candidates, { numbers: [[1, 3]], maxNewPlans: 2 })).toEqual(['1', '2', '3']);
  });

  it('is not what failed before', () => {
    const failed = aCandidate({ view: { ...approved, plan: 'failed' } });

    expect(selectWork('plan', [failed], by())).toMatchObject({ targets: [], skipped: { 'the plan failed': 1 } });
  });

  it('is nothing of a repository that stands in the way, with the reason', () => {
    const obstacle = 'its repository is archived';

    const { skipped, targets } = selectWork('plan', [aCandidate({ obstacle }), aCandidate({ number: 2 })], by());

    expect(targets).toMatchObject([{ number: 2 }]);
    expect(skipped).toEqual({ [obstacle]: 1 });
  });

  it('names what was asked for by number and is nowhere; of a range, nobody expects all', () => {
    const numbers = [
      [2, 2],
      [5, 9],
    ] as const;

    const { skipped, targets } = selectWork('plan', [aCandidate({ number: 7 })], by({ numbers }));

    expect(targets).toMatchObject([{ number: 7 }]);
    expect(skipped).toEqual({ 'not found': 1 });
  });

  it('is never more than one history holds', () => {
    const approvedOnes = Array.from({ length: 1_002 }, (_, index) => aCandidate({ number: index + 1, view: approved }));

    const { skipped, targets } = selectWork('implement', approvedOnes, by());

    expect(targets).toHaveLength(1_000);
    expect(skipped).toEqual({ 'left for the next cycle': 2 });
  });
});

describe('the room of a phase', () => {
  const running: Candidate['view'] = { ...approved, implementation: 'generating' };
  const atWork = [1, 2].map((number) => aCandidate({ number, view: running, limit: 2 }));

  it('is what the configuration says, less what the cycles before have at work', () => {
    const { room } = selectWork('implement', [...atWork, aCandidate()], by({ isScheduled: true, parallelism: 3 }));

    expect(room).toEqual({ total: 1, of: { R_1: 0 } });
    expect(selectWork('review', atWork, by({ isScheduled: true, parallelism: 3 })).room.total).toBe(3);
  });

  it('is all of it for a cycle that somebody started by hand', () => {
    expect(selectWork('implement', atWork, by({ parallelism: 3 })).room).toEqual({ total: 3, of: { R_1: 2 } });
  });
});

describe('whom a phase asks next', () => {
  const target = (repositoryId: string, number: number): WorkTarget => ({
    ...{ repositoryId, number },
    repository: `octo/${repositoryId}`,
    priority: 3,
  });
  const queue = [target('a', 1), target('b', 2), target('a', 3), target('b', 4)];
  const numbers = (targets: readonly WorkTarget[]): number[] => targets.map(({ number }) => number);

  it('is as many as there is room for, in their order', () => {
    const { ask, left } = nextToAsk(queue, [target('c', 9)], { total: 3, of: {} });

    expect([numbers(ask), numbers(left)]).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('is nobody of a repository that is at its own limit, and others instead', () => {
    const { ask, left } = nextToAsk(queue, [target('a', 9)], { total: 4, of: { a: 1 } });

    expect([numbers(ask), numbers(left)]).toEqual([
      [2, 4],
      [1, 3],
    ]);
  });

  it('is nobody where there is no room', () => {
    expect(nextToAsk(queue, [], { total: 0, of: {} }).ask).toEqual([]);
  });
});

describe('a pattern of repositories', () => {
  it.each([
    ['octo/*', 'Octo/Hello', true],
    ['octo/*', 'my-octo/hello', false],
    ['*/hello', 'octo/hello', true],
    ['octo/hel.o', 'octo/hello', false],
    ['octo/hello', 'octo/hello-world', false],
    ['*', 'octo/hello', false],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(matchesPattern(name, pattern)).toBe(expected);
  });
});

describe('after failures in a row', () => {
  const hour = 3_600_000;
  const at = (outcome: string, endedAt = '2026-01-01T00:00:00.000Z') => ({ outcome, endedAt });

  it.each([
    [0, null],
    [2, null],
    [3, '2026-01-01T02:00:00.000Z'],
    [4, '2026-01-01T04:00:00.000Z'],
    [12, '2026-01-02T00:00:00.000Z'],
  ])('%i of them make the next scheduled cycle wait until %s', (failures, until) => {
    const earlier = [...Array.from({ length: failures }, () => at('failed')), at('done'), at('failed')];

    expect(backOff(earlier, hour)).toEqual({ backOffUntil: until, failuresInARow: failures });
  });

  it('a cycle by hand never waits', () => {
    expect(backOff([at('failed'), at('failed'), at('failed')], null).backOffUntil).toBeNull();
  });

  it('cycles that stood back do not count', () => {
    expect(backOff([at('backed_off'), at('failed'), at('failed'), at('failed')], hour).failuresInARow).toBe(3);
  });
});
