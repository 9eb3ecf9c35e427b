import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { MainActivities, OpenPullRequestInput } from '../../src/activities/types.ts';
import { digestText } from '../../src/domain/digest.ts';
import { issueBranch } from '../../src/domain/implementation.ts';
import { aReport, NOW } from '../domain/builders.ts';
import { createBench, failureOf, IDENTITY, mainActivities, type Bench, type Place } from './support.ts';

let bench: Bench;
let activities: MainActivities;

beforeAll(async () => {
  bench = await createBench({ timeoutMs: 6_000 });
  activities = mainActivities(bench);
});
afterEach(() => bench.hub.clearFaults());
afterAll(() => bench.cleanUp());

/** A place whose branch has been pushed. */
async function published(
  more: Partial<OpenPullRequestInput> = {},
): Promise<{ place: Place; input: OpenPullRequestInput }> {
  const place = await bench.place();
  const branch = issueBranch(place.issue.number);
  await place.view().git(['branch', branch, place.baseOid]);
  const headOid = await bench.hub.seed.addCommit(place.name, branch, { message: 'work', files: { 'work.txt': 'x' } });
  const text = '# Plan\n\nGreet.';
  const plan = {
    version: 2,
    digest: digestText(text),
    text,
    issueTextDigest: 'a'.repeat(64),
    author: 'scripted',
    door: 'agent' as const,
    createdAt: NOW,
  };
  const input: OpenPullRequestInput = {
    issue: place.issue,
    repository: await place.repository(),
    issueTitle: 'Greet politely',
    branch,
    headOid,
    baseRefName: 'trunk',
    draft: true,
    plan,
    planUrl: 'https://github.test/plan',
    approvedBy: 'ana',
    validation: aReport(true, headOid),
    agent: 'scripted',
    costUsd: 1.5,
    ...more,
  };
  return { place, input };
}

function shown(place: Place) {
  return place.view().pullRequests;
}

function creations(): number {
  return bench.hub.requests.filter(({ fields }) => fields.includes('createPullRequest')).length;
}

describe('openPullRequest', () => {
  it('opens one; again, it finds that one', async () => {
    const { place, input } = await published();
    bench.hub.resetRequests();

    const first = await activities.openPullRequest(input);
    const second = await activities.openPullRequest(input);

    expect(second).toEqual(first);
    expect(creations()).toBe(1);
    expect(first).toMatchObject({ state: 'open', isDraft: true, baseRefName: 'trunk', headOid: input.headOid });
    expect(shown(place)).toMatchObject([{ author: IDENTITY, title: 'Greet politely', headRefName: input.branch }]);
  });

  it('tells in its description what it closes, what was planned and approved, and what was checked', async () => {
    const { place, input } = await published();

    await activities.openPullRequest(input);

    const body = shown(place)[0]?.body ?? '';
    expect(body).toContain(`Closes #${place.issue.number}`);
    expect(body).toContain('Plan: [version 2](https://github.test/plan)');
    expect(body).toContain('approved by ana');
    expect(body).toContain('passed: `make test`');
    expect(body).toContain(input.headOid.slice(0, 12));
  });

  it('keeps within GitHub’s limit with the longest commands', async () => {
    const { place, input } = await published();
    const step = { command: 'x'.repeat(9_000), ok: true, exitCode: 0, durationMs: 1, outputTail: '' };
    const steps = Array.from({ length: 9 }, () => step);

    await activities.openPullRequest({ ...input, validation: { headOid: input.headOid, ok: true, steps, log: null } });

    expect(shown(place)[0]?.body.length).toBeLessThanOrEqual(65_536);
    expect(shown(place)[0]?.body).toContain(`Closes #${place.issue.number}`);
  });

  it.each([true, false])('is a draft where that is asked for: %s', async (draft) => {
    const { place, input } = await published({ draft });

    expect(await activities.openPullRequest(input)).toMatchObject({ isDraft: draft });
    expect(shown(place)[0]?.isDraft).toBe(draft);
  });

  it.each([
    { what: 'without an answer', fault: { reset: true, when: 'after' as const } },
    { what: 'in the middle of the answer', fault: { truncate: true } },
    { what: 'with a 502', fault: { status: 502, when: 'after' as const } },
  ])('finds the one it opened where the connection ended $what', async ({ fault }) => {
    const { place, input } = await published();
    bench.hub.fault({ match: 'createPullRequest', ...fault });

    const failure = await failureOf(activities.openPullRequest(input));
    const found = await activities.openPullRequest(input);

    expect(failure).toMatchObject({ type: 'GitHubUnavailable', nonRetryable: false });
    expect(shown(place).map(({ number }) => number)).toEqual([found.number]);
  });

  it('finds the one that appeared between its look and its own', async () => {
    const { place, input } = await published();
    // Another attempt of ours opens it while GitHub thinks about ours.
    bench.hub.fault({ match: 'createPullRequest', delayMs: 2_000 });
    const slow = activities.openPullRequest(input);
    await lookedAt();
    const { number } = await bench.hub.seed.addPullRequest(place.name, {
      headRefName: input.branch,
      title: 'Ours',
      author: IDENTITY,
    });

    expect(await slow).toMatchObject({ number, title: 'Ours' });
    expect(shown(place)).toHaveLength(1);
  });

  /** Resolves once a creation waits. */
  async function lookedAt(): Promise<void> {
    const before = creations();
    while (creations() === before) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  it('does not adopt a pull request that somebody else opened from our branch', async () => {
    const { place, input } = await published();
    await bench.hub.seed.addPullRequest(place.name, { headRefName: input.branch, title: 'Mine', author: 'mallory' });

    const failure = await failureOf(activities.openPullRequest(input));

    expect(failure).toMatchObject({ type: 'GitHubRejected', nonRetryable: true });
    expect(shown(place)).toHaveLength(1);
  });

  it('opens a new one where the former one was closed', async () => {
    const { place, input } = await published();
    const first = await activities.openPullRequest(input);
    bench.hub.seed.closePullRequest(place.name, first.number);

    const second = await activities.openPullRequest(input);

    expect(second.number).not.toBe(first.number);
    expect(shown(place)).toHaveLength(2);
  });

  it.each([
    { issueTitle: 'Greet\u0000\u001b[31m\r\n politely\u0085', title: 'Greet [31m  politely' },
    { issueTitle: '\n\t', title: /^Issue #\d+$/ },
    { issueTitle: 'long '.repeat(100), title: /^(long ){49}long$/ },
    { issueTitle: `${'x'.repeat(249)}👩`, title: /^x{249}$/ },
  ])('makes a title of $issueTitle', async ({ issueTitle, title }) => {
    const { place, input } = await published({ issueTitle });

    await activities.openPullRequest(input);

    if (typeof title === 'string') expect(shown(place)[0]?.title).toBe(title);
    else expect(shown(place)[0]?.title).toMatch(title);
  });

  it('is not to be tried again without the right to', async () => {
    const { input } = await published();
    bench.hub.fault({ match: 'createPullRequest', error: { type: 'FORBIDDEN', message: 'No.' } });

    expect(await failureOf(activities.openPullRequest(input))).toMatchObject({
      type: 'GitHubForbidden',
      nonRetryable: true,
    });
  });
});
