import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { MainActivities, SelectedIssues } from '../../src/activities/types.ts';
import type { IssueIdentity } from '../../src/domain/issue-state.ts';
import { GhwError } from '../../src/domain/errors.ts';
import { attempt, createBench, failureOf, mainActivities, type Bench, type Place } from './support.ts';

let bench: Bench;
let activities: MainActivities;

beforeAll(async () => {
  bench = await createBench();
  activities = mainActivities(bench);
});
afterEach(() => bench.hub.clearFaults());
afterAll(() => bench.cleanUp());

function addIssues({ name }: Place, count: number, labels: readonly string[]): number[] {
  return Array.from(
    { length: count },
    (_, index) => bench.hub.seed.addIssue(name, { title: `${index}`, labels }).number,
  );
}

describe('selectIssues', () => {
  it('takes the numbers that are named, each once, and asks for no list', async () => {
    const place = await bench.place();
    bench.hub.resetRequests();

    const selected = await activities.selectIssues({
      repository: place.name,
      repositoryId: null,
      numbers: [3, 1, 3],
      labels: [],
    });

    expect(selected).toEqual({
      repository: place.name,
      repositoryId: place.issue.repositoryId,
      numbers: [3, 1],
    });
    expect(bench.hub.requests).toHaveLength(1);
  });

  it('takes the open ones with any of the labels, each once', async () => {
    const place = await bench.place();
    const bugs = addIssues(place, 2, ['bug']);
    const both = addIssues(place, 1, ['bug', 'urgent']);
    const urgent = addIssues(place, 1, ['urgent']);
    addIssues(place, 2, ['other']);
    const [closed = 0] = addIssues(place, 1, ['bug']);
    bench.hub.seed.closeIssue(place.name, closed);
    const selection = { repository: place.name, repositoryId: null, numbers: null, labels: ['bug', 'urgent'] };

    const first = await activities.selectIssues(selection);

    expect(first.numbers).toEqual([...bugs, ...both, ...urgent]);
    expect(await activities.selectIssues(selection)).toEqual(first);
  });

  it('takes all open ones without labels, over several pages', async () => {
    const place = await bench.place();
    const numbers = [place.issue.number, ...addIssues(place, 150, [])];

    const selected = await activities.selectIssues({
      repository: place.name,
      repositoryId: null,
      numbers: null,
      labels: [],
    });

    expect(selected.numbers).toEqual(numbers);
  });

  it('gives up a repository that is not there', async () => {
    const failure = await failureOf(
      activities.selectIssues({ repository: 'Octo/none', repositoryId: null, numbers: [1], labels: [] }),
    );

    expect(failure).toMatchObject({ type: 'GitHubNotFound', nonRetryable: true });
  });
});

describe('syncSelected', () => {
  const selected = { repository: 'Octo/hello', repositoryId: 'R_1', numbers: [1, 2, 3, 4] };

  it('syncs all, and names one that fails without costing the others anything', async () => {
    const seen: IssueIdentity[] = [];
    const main = mainActivities(bench, {
      syncOne: (issue) => {
        seen.push(issue);
        return issue.number === 2
          ? Promise.reject(new GhwError('GitHubUnavailable', 'Octo/hello#2: GitHub is away.'))
          : Promise.resolve();
      },
    });

    const first = await attempt((input: SelectedIssues) => main.syncSelected(input), [selected]).result;
    const second = await attempt((input: SelectedIssues) => main.syncSelected(input), [selected]).result;

    expect(first).toEqual({
      repository: 'Octo/hello',
      synced: [1, 3, 4],
      failed: [{ number: 2, message: 'Octo/hello#2: GitHub is away.' }],
    });
    expect(second).toEqual(first);
    expect(
      seen
        .slice(0, 4)
        .map(({ number }) => number)
        .sort(),
    ).toEqual([1, 2, 3, 4]);
    expect(seen[0]).toEqual({ repository: 'Octo/hello', repositoryId: 'R_1', number: 1 });
  });

  it('has no more under way at a time than it may', async () => {
    let now = 0;
    let most = 0;
    const main = mainActivities(bench, {
      syncParallelism: 2,
      syncOne: async () => {
        most = Math.max(most, (now += 1));
        await new Promise((resolve) => setTimeout(resolve, 10));
        now -= 1;
      },
    });

    await attempt((input: SelectedIssues) => main.syncSelected(input), [{ ...selected, numbers: [1, 2, 3, 4, 5, 6] }])
      .result;

    expect(most).toBe(2);
  });

  it('begins no further issue once it is cancelled', async () => {
    const seen: number[] = [];
    const main = mainActivities(bench, {
      syncParallelism: 1,
      syncOne: async ({ number }) => {
        seen.push(number);
        if (number === 2) running.environment.cancel();
        await Promise.resolve();
      },
    });
    const running = attempt((input: SelectedIssues) => main.syncSelected(input), [selected]);

    await expect(running.result).rejects.toMatchObject({ name: 'CancelledFailure' });
    expect(seen).toEqual([1, 2]);
  });
});
