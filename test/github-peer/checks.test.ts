import { describe, expect, it } from '@jest/globals';
import { addBranch, clientOf, refusalOf, repositoryName, startWorld, tokens } from './support/world.ts';

const rollup = `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on PullRequest { updatedAt statusCheckRollup { state contexts(first: 1) {
  totalCount checkRunCountsByState { state count } statusContextCountsByState { state count } } } } } }`;

async function startPullRequest() {
  const world = await startWorld();
  const oid = await addBranch(world.github, 'topic', { 'a.txt': 'a\n' });
  const { id } = await world.github.seed.addPullRequest(repositoryName, { headRefName: 'topic', title: 'Topic' });
  const writer = clientOf(world.github, tokens.writer);
  const look = async () => (await writer<{ nodes: [Record<string, unknown>] }>(rollup, { ids: [id] })).nodes[0];
  return { ...world, oid, id, writer, look };
}

describe('checks', () => {
  it('are counted by state, without being listed', async () => {
    const { github, look, oid } = await startPullRequest();
    github.seed.addCheckRun(repositoryName, { oid, name: 'build', conclusion: 'SUCCESS' });
    github.seed.addCheckRun(repositoryName, { oid, name: 'test' });
    github.seed.addStatus(repositoryName, { oid, context: 'deploy', state: 'SUCCESS' });

    expect((await look()).statusCheckRollup).toEqual({
      state: 'PENDING',
      contexts: {
        totalCount: 3,
        checkRunCountsByState: [
          { state: 'SUCCESS', count: 1 },
          { state: 'IN_PROGRESS', count: 1 },
        ],
        statusContextCountsByState: [{ state: 'SUCCESS', count: 1 }],
      },
    });
  });

  it('are begun and ended by whoever may, and leave the pull request as it was', async () => {
    const { github, look, oid, repositoryId, writer } = await startPullRequest();
    const before = (await look()).updatedAt;
    github.clock.advance(60_000);

    const made = await writer<{ createCheckRun: { checkRun: { id: string; status: string } } }>(
      'mutation ($input: CreateCheckRunInput!) { createCheckRun(input: $input) { checkRun { id status } } }',
      { input: { repositoryId, headSha: oid, name: 'test' } },
    );
    const { checkRun } = made.createCheckRun;
    await writer('mutation ($input: UpdateCheckRunInput!) { updateCheckRun(input: $input) { checkRun { id } } }', {
      input: { repositoryId, checkRunId: checkRun.id, status: 'COMPLETED', conclusion: 'FAILURE' },
    });

    expect(checkRun.status).toBe('QUEUED');
    const { statusCheckRollup, updatedAt } = await look();
    expect(statusCheckRollup).toMatchObject({ state: 'FAILURE' });
    expect(updatedAt).toBe(before);
    const reading = clientOf(github, tokens.reader)(
      'mutation ($input: UpdateCheckRunInput!) { updateCheckRun(input: $input) { checkRun { id } } }',
      { input: { repositoryId, checkRunId: checkRun.id, status: 'IN_PROGRESS' } },
    );
    expect((await refusalOf(reading)).errors).toMatchObject([{ type: 'FORBIDDEN' }]);
  });

  it('run again in the place of the old run', async () => {
    const { github, look, oid } = await startPullRequest();
    const { id } = github.seed.addCheckRun(repositoryName, { oid, name: 'test', conclusion: 'FAILURE' });

    github.seed.updateCheckRun(id, { status: 'IN_PROGRESS' });

    expect((await look()).statusCheckRollup).toMatchObject({ state: 'PENDING', contexts: { totalCount: 1 } });
  });

  it('come as statuses through the REST API, which lists both kinds', async () => {
    const { github, oid } = await startPullRequest();
    github.seed.addCheckRun(repositoryName, { oid, name: 'build', conclusion: 'SUCCESS' });
    const at = `${github.url}/repos/${repositoryName}`;
    const headers = { authorization: `bearer ${tokens.writer}` };
    const body = JSON.stringify({ state: 'failure', context: 'deploy' });

    const posted = await fetch(`${at}/statuses/${oid}`, { method: 'POST', headers, body });

    expect(posted.status).toBe(201);
    const read = async (path: string): Promise<unknown> => (await fetch(`${at}/${path}`, { headers })).json();
    expect(await read(`commits/${oid}/status`)).toMatchObject({ state: 'failure', total_count: 1 });
    expect(await read(`commits/${oid}/check-runs`)).toMatchObject({
      check_runs: [{ name: 'build', status: 'completed', conclusion: 'success' }],
    });
    expect(await read('pulls?state=open&per_page=1')).toMatchObject([{ number: 1, head: { sha: oid } }]);
  });
});

describe('a pull request', () => {
  it('is closed, opened again, made a draft and made ready, and each moves its time', async () => {
    const { github, look } = await startPullRequest();
    const times = [(await look()).updatedAt];
    const step = async (act: () => unknown) => {
      github.clock.advance(2_000);
      await act();
      times.push((await look()).updatedAt);
    };

    await step(() => github.seed.closePullRequest(repositoryName, 1));
    await step(() => github.seed.reopenPullRequest(repositoryName, 1));
    await step(() => github.seed.setDraft(repositoryName, 1, true));
    await step(() => github.seed.setDraft(repositoryName, 1, false));

    expect(new Set(times).size).toBe(5);
    expect([...times].sort()).toEqual(times);
    expect(github.repository(repositoryName).pullRequest(1)).toMatchObject({ state: 'OPEN', isDraft: false });
  });

  it('is force-pushed: its commits are others now', async () => {
    const { github, id, oid, writer } = await startPullRequest();

    const after = await github.seed.forcePush(repositoryName, 'topic', { message: 'Other', files: { 'b.txt': 'b\n' } });

    const { headRefOid } = github.repository(repositoryName).pullRequest(1);
    expect(headRefOid).toBe(after);
    expect(after).not.toBe(oid);
    const { node } = await writer<{ node: { timelineItems: { totalCount: number } } }>(
      'query ($id: ID!) { node(id: $id) { ... on PullRequest { timelineItems(itemTypes: HEAD_REF_FORCE_PUSHED_EVENT) { totalCount } } } }',
      { id },
    );
    expect(node.timelineItems.totalCount).toBe(1);
  });
});
