import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { PLAN_MARKER, REVIEW_MARKER } from '../../src/activities/comment-texts.ts';
import type { MainActivities, PublishPlanInput, PublishReviewInput } from '../../src/activities/types.ts';
import { digestText } from '../../src/domain/digest.ts';
import { issueBranch } from '../../src/domain/implementation.ts';
import { MAX_PLAN_BYTES } from '../../src/domain/plan.ts';
import { HEAD_OID, NOW } from '../domain/builders.ts';
import { createBench, failureOf, IDENTITY, mainActivities, type Bench, type Place } from './support.ts';

let bench: Bench;
let activities: MainActivities;

beforeAll(async () => {
  bench = await createBench({ timeoutMs: 6_000 });
  activities = mainActivities(bench);
});
afterEach(() => bench.hub.clearFaults());
afterAll(() => bench.cleanUp());

function planOf(place: Place, text: string, more: Partial<PublishPlanInput> = {}): PublishPlanInput {
  return {
    issue: place.issue,
    issueId: place.issueId,
    plan: {
      version: 1,
      digest: digestText(text),
      text,
      issueTextDigest: 'a'.repeat(64),
      author: 'scripted',
      door: 'agent',
      createdAt: NOW,
    },
    state: 'awaiting_review',
    approval: null,
    ...more,
  };
}

function commentsOf(place: Place) {
  return place.view().issue(place.issue.number).comments;
}

/** GitHub's own word for how the comment was changed: by which mutations. */
function mutations(): string[] {
  return bench.hub.requests.flatMap(({ fields }) => fields.filter((field) => field.endsWith('Comment')));
}

describe('publishPlan', () => {
  it('posts the plan once; again, it finds it and edits nothing', async () => {
    const place = await bench.place();
    const input = planOf(place, '# Plan\n\nGreet, in "README.md".');
    bench.hub.resetRequests();

    const first = await activities.publishPlan(input);
    const second = await activities.publishPlan(input);

    expect(second).toMatchObject({ id: first.id, url: first.url });
    expect(mutations()).toEqual(['addComment']);
    expect(commentsOf(place)).toMatchObject([{ id: first.id, author: IDENTITY, lastEditedAt: null }]);
    expect(commentsOf(place)[0]?.body).toContain('Greet, in "README.md".');
    expect(commentsOf(place)[0]?.body).toContain(
      `ghw plans approve ${place.name} ${place.issue.number} --digest ${input.plan.digest.slice(0, 12)}`,
    );
  });

  it('edits its comment in place when there is something else to show', async () => {
    const place = await bench.place();
    const input = planOf(place, 'one');
    const first = await activities.publishPlan(input);
    const approval = { ...input.plan, by: 'ana', door: 'update', note: null, at: NOW };

    const second = await activities.publishPlan(planOf(place, 'two', { state: 'approved', approval }));

    expect(second.id).toBe(first.id);
    expect(commentsOf(place)).toHaveLength(1);
    expect(commentsOf(place)[0]?.body).toContain('approved by ana');
    expect(commentsOf(place)[0]?.body).toContain('two');
  });

  it.each([
    { what: 'in the middle of the answer', fault: { truncate: true } },
    { what: 'without an answer', fault: { reset: true, when: 'after' as const } },
    { what: 'in silence', fault: { hang: true, when: 'after' as const } },
    { what: 'with a proxy’s 502', fault: { status: 502, when: 'after' as const } },
  ])('leaves one comment where the connection ended $what after the comment was made', async ({ fault }) => {
    const place = await bench.place();
    const input = planOf(place, '# Plan');
    bench.hub.fault({ match: 'addComment', ...fault });

    const failure = await failureOf(activities.publishPlan(input));
    const made = commentsOf(place).map(({ id }) => id);
    const { id } = await activities.publishPlan(input);

    expect(failure).toMatchObject({ type: 'GitHubUnavailable', nonRetryable: false });
    expect(made).toEqual([id]);
    expect(commentsOf(place)).toHaveLength(1);
  });

  it('leaves one comment with the new text where the answer to the edit is lost', async () => {
    const place = await bench.place();
    await activities.publishPlan(planOf(place, 'one'));
    bench.hub.fault({ match: 'updateIssueComment', when: 'after', reset: true });

    await failureOf(activities.publishPlan(planOf(place, 'two')));
    bench.hub.resetRequests();
    await activities.publishPlan(planOf(place, 'two'));

    expect(mutations()).toEqual([]);
    expect(commentsOf(place)).toHaveLength(1);
    expect(commentsOf(place)[0]?.body).toContain('two');
  });

  it('does not care for somebody else’s comment with our marker', async () => {
    const place = await bench.place();
    const body = `${PLAN_MARKER}\nMy own plan`;
    bench.hub.seed.addComment(place.name, place.issue.number, { body, author: 'mallory' });

    await activities.publishPlan(planOf(place, '# Plan'));
    await activities.publishPlan(planOf(place, '# Plan'));

    expect(commentsOf(place).map(({ author }) => author)).toEqual(['mallory', IDENTITY]);
    expect(commentsOf(place)[0]).toMatchObject({ body, lastEditedAt: null });
  });

  it('does not overwrite what the person whose token we have wrote about the plan', async () => {
    const place = await bench.place();
    const body = `I removed this:\n\n${PLAN_MARKER}\n### Plan, version 1`;
    bench.hub.seed.addComment(place.name, place.issue.number, { body, author: IDENTITY });

    await activities.publishPlan(planOf(place, '# Plan'));

    expect(commentsOf(place)).toHaveLength(2);
    expect(commentsOf(place)[0]).toMatchObject({ body, lastEditedAt: null });
  });

  it.each([
    { what: 'ASCII', text: 'a'.repeat(MAX_PLAN_BYTES) },
    { what: 'wide characters', text: '👩'.repeat(MAX_PLAN_BYTES / 4) },
  ])('shows the longest plan whole: $what', async ({ text }) => {
    const place = await bench.place();

    await activities.publishPlan(planOf(place, text));

    const [comment] = commentsOf(place);
    expect(comment?.body.endsWith(text)).toBe(true);
    expect(comment?.body.length).toBeLessThanOrEqual(65_536);
  });

  it('is not to be tried again on an issue that is gone', async () => {
    const place = await bench.place();

    expect(await failureOf(activities.publishPlan(planOf({ ...place, issueId: 'I_none' }, 'x')))).toMatchObject({
      type: 'GitHubNotFound',
      nonRetryable: true,
    });
  });
});

describe('publishReview', () => {
  async function reviewOf(place: Place, summary = 'Good.'): Promise<PublishReviewInput> {
    const headRefName = issueBranch(place.issue.number);
    const view = place.view();
    if (view.pullRequests.length === 0) {
      await view.git(['branch', headRefName, place.baseOid]);
      await bench.hub.seed.addCommit(place.name, headRefName, { message: 'work', files: { 'work.txt': 'x' } });
      await bench.hub.seed.addPullRequest(place.name, { headRefName, title: 'Ours', author: IDENTITY });
    }
    const [pullRequest] = await bench.github.pullRequests(place.name, headRefName);
    if (!pullRequest) throw new Error('no pull request');
    const finding = { severity: 'minor' as const, path: 'work.txt', line: 1, message: 'Why?' };
    const report = { verdict: 'request_changes' as const, summary, findings: [finding] };
    return { issue: place.issue, pullRequest, review: { headOid: HEAD_OID, report, agent: 'scripted', at: NOW } };
  }

  function shown(place: Place) {
    return place.view().pullRequests[0]?.comments ?? [];
  }

  it('posts the verdict on the pull request once, and edits it in place', async () => {
    const place = await bench.place();
    bench.hub.resetRequests();
    const first = await activities.publishReview(await reviewOf(place));
    const again = await activities.publishReview(await reviewOf(place));
    const changed = await activities.publishReview(await reviewOf(place, 'Better.'));

    expect([again.id, changed.id]).toEqual([first.id, first.id]);
    expect(mutations()).toEqual(['addComment', 'updateIssueComment']);
    expect(shown(place)).toHaveLength(1);
    expect(shown(place)[0]?.body).toMatch(/changes asked for[^]*Better\.[^]*\*\*minor\*\* `work\.txt:1`: Why\?/);
    expect(commentsOf(place)).toEqual([]);
  });

  it('leaves one comment where the answer was lost, and somebody else’s with our marker alone', async () => {
    const place = await bench.place();
    const input = await reviewOf(place);
    const { number } = input.pullRequest;
    bench.hub.seed.addComment(place.name, number, { body: `${REVIEW_MARKER}\napprove`, author: 'mallory' });
    bench.hub.fault({ match: 'addComment', when: 'after', reset: true });

    expect(await failureOf(activities.publishReview(input))).toMatchObject({ type: 'GitHubUnavailable' });
    await activities.publishReview(input);

    expect(shown(place).map(({ author, lastEditedAt }) => [author, lastEditedAt])).toEqual([
      ['mallory', null],
      [IDENTITY, null],
    ]);
  });
});
