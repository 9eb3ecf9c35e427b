import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { issueTextDigest } from '../../src/domain/digest.ts';
import { issueBranch } from '../../src/domain/implementation.ts';
import type { IssueIdentity, ObservedIssue } from '../../src/domain/issue-state.ts';
import type { IssueSnapshot } from '../../src/domain/issue.ts';
import { ownPullRequest } from '../../src/activities/sync-issue.ts';
import type { MainActivities } from '../../src/activities/types.ts';
import { aPullRequest } from '../domain/builders.ts';
import { createBench, failureOf, IDENTITY, mainActivities, type Bench } from './support.ts';

let bench: Bench;
let activities: MainActivities;

beforeAll(async () => {
  bench = await createBench({ timeoutMs: 6_000 });
  activities = mainActivities(bench);
});
afterEach(() => bench.hub.clearFaults());
afterAll(() => bench.cleanUp());

async function addOwnPullRequest(repository: string, number: number): Promise<number> {
  const headRefName = issueBranch(number);
  const { hub } = bench;
  if (!(headRefName in (await hub.repository(repository).branches()))) {
    const { trunk } = await hub.repository(repository).branches();
    await hub.repository(repository).git(['branch', headRefName, trunk ?? '']);
    await hub.seed.addCommit(repository, headRefName, { message: 'work', files: { 'work.txt': 'done\n' } });
  }
  return (await hub.seed.addPullRequest(repository, { headRefName, title: 'Ours', author: IDENTITY })).number;
}

async function sync(issue: IssueIdentity): Promise<ObservedIssue> {
  return (await activities.syncIssue({ issue, comments: null })).observed;
}

describe('syncIssue', () => {
  it('tells what is known of the issue, keeps the long texts as an artifact, and leaves the same twice', async () => {
    const { issue, issueId, name } = await bench.place({ title: 'Grüße', body: 'Say "good day".' });
    bench.hub.seed.addComment(name, issue.number, { body: 'Please!', author: 'bob' });

    const first = await sync(issue);
    const second = await sync(issue);

    expect(second).toEqual({ ...first, at: second.at });
    expect(first).toMatchObject({
      id: issueId,
      title: 'Grüße',
      state: 'open',
      author: 'ana',
      labels: ['ghw'],
      textDigest: issueTextDigest({ title: 'Grüße', body: 'Say "good day".' }),
      repository: { nameWithOwner: name, defaultBranch: { name: 'trunk' } },
      ownPullRequest: null,
    });
    const kept = JSON.parse(String(await bench.artifacts.get(first.snapshot))) as IssueSnapshot;
    expect(kept).toMatchObject({ body: 'Say "good day".', comments: [{ author: 'bob', body: 'Please!' }] });
  });

  it('has another digest for another text, and the same for other labels and comments', async () => {
    const { issue, name } = await bench.place();
    const before = await sync(issue);
    bench.hub.seed.setLabels(name, issue.number, ['bug']);
    bench.hub.seed.addComment(name, issue.number, { body: 'And?', author: 'bob' });
    const talked = await sync(issue);
    bench.hub.seed.editIssue(name, issue.number, { body: 'Say nothing.' });

    const edited = await sync(issue);

    expect(talked.textDigest).toBe(before.textDigest);
    expect(edited.textDigest).not.toBe(before.textDigest);
  });

  it('finds the open pull request of ours, and while none is open the newest', async () => {
    const { issue, name } = await bench.place();
    const first = await addOwnPullRequest(name, issue.number);
    bench.hub.seed.closePullRequest(name, first);
    const second = await addOwnPullRequest(name, issue.number);

    const whileOpen = await sync(issue);
    bench.hub.seed.closePullRequest(name, second);
    const afterwards = await sync(issue);

    expect(whileOpen.ownPullRequest).toMatchObject({ number: second, state: 'open' });
    expect(afterwards.ownPullRequest).toMatchObject({ number: second, state: 'closed' });
  });

  it('does not take somebody else’s pull request on our branch for ours', async () => {
    const { issue, name } = await bench.place();
    const number = await addOwnPullRequest(name, issue.number);
    bench.hub.seed.closePullRequest(name, number);
    await bench.hub.seed.addPullRequest(name, {
      headRefName: issueBranch(issue.number),
      title: 'Theirs',
      author: 'mallory',
    });

    expect((await sync(issue)).ownPullRequest).toMatchObject({ number, state: 'closed' });
  });

  it('reads the pull requests of the repository that the issue is in, whatever has its former name now', async () => {
    const { issue, name } = await bench.place();
    const number = await addOwnPullRequest(name, issue.number);
    const [owner = '', formerName = ''] = name.split('/');
    bench.hub.seed.renameRepository(name, `${formerName}-moved`);
    await bench.hub.seed.addRepository({ owner, name: formerName, private: true, files: { a: 'a' } });

    const observed = await sync(issue);

    expect(observed.repository.nameWithOwner).toBe(`${name}-moved`);
    expect(observed.ownPullRequest).toMatchObject({ number, headRepository: `${name}-moved` });
  });

  it('gives up an issue that is not there', async () => {
    const { issue } = await bench.place();

    const failure = await failureOf(sync({ ...issue, number: 999 }));

    expect(failure).toMatchObject({ type: 'GitHubNotFound', nonRetryable: true });
    expect(failure.message).toContain(`${issue.repository}#999`);
  });

  it.each([
    { what: 'a 502', fault: { status: 502 } },
    { what: 'a connection that ends in the middle', fault: { truncate: true } },
    { what: 'a connection that ends without an answer', fault: { reset: true } },
    { what: 'silence', fault: { hang: true } },
  ])('is to be tried again after $what, and then succeeds', async ({ fault }) => {
    const { issue, issueId } = await bench.place();
    bench.hub.fault({ match: '/graphql', ...fault });

    const failure = await failureOf(sync(issue));

    expect(failure).toMatchObject({ type: 'GitHubUnavailable', nonRetryable: false });
    expect(await sync(issue)).toMatchObject({ id: issueId });
  });

  it('waits as long as GitHub says when its limit is reached', async () => {
    const { issue } = await bench.place();
    bench.hub.fault({ match: '/graphql', status: 429, headers: { 'retry-after': '77' } });

    expect(await failureOf(sync(issue))).toMatchObject({
      type: 'GitHubRateLimited',
      nonRetryable: false,
      nextRetryDelay: 77_000,
    });
  });

  it('waits until the hour’s budget is there again', async () => {
    const { issue } = await bench.place();
    bench.hub.setRateLimit(IDENTITY, { remaining: 0 });

    const failure = await failureOf(sync(issue)).finally(() => bench.hub.setRateLimit(IDENTITY, { remaining: 5_000 }));

    expect(failure).toMatchObject({ type: 'GitHubRateLimited', nonRetryable: false });
    expect(failure.nextRetryDelay).toBeGreaterThan(60_000);
    expect(failure.nextRetryDelay).toBeLessThanOrEqual(3_600_000);
  });
});

describe('ownPullRequest', () => {
  const ours = aPullRequest({ number: 1, state: 'closed' });

  it('is nobody’s fork with a branch of the same name, and no deleted one', () => {
    const fork = aPullRequest({ number: 2, headRepository: 'mallory/hello' });
    const gone = aPullRequest({ number: 3, headRepository: null });

    expect(ownPullRequest([gone, fork, ours], 'octo/hello')).toBe(ours);
    expect(ownPullRequest([gone, fork], 'octo/hello')).toBeNull();
  });

  it('is the open one, also if a newer one is closed', () => {
    const open = aPullRequest({ number: 1 });
    const newer = aPullRequest({ number: 2, state: 'merged' });

    expect(ownPullRequest([newer, open], 'octo/hello')).toBe(open);
    expect(ownPullRequest([newer, ours], 'octo/hello')).toBe(newer);
  });

  it('is found in whatever spelling the repository is named', () => {
    expect(ownPullRequest([ours], 'Octo/Hello')).toBe(ours);
  });
});
