import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setScene, type Scene } from './support.ts';

let scene: Scene;

beforeEach(async () => {
  scene = await setScene();
  await scene.startWorker();
});

afterEach(() => scene.close());

describe('an issue with the scripted agent', () => {
  it('becomes a pull request on the right base, with the plan in a comment', async () => {
    const { client, github, issue, repository } = scene;

    await client.send('plan', issue, { by: 'ana' });
    const planned = await scene.until(({ plan, step }) => plan.state === 'awaiting_review' && step === null);
    await client.send('approvePlan', issue, { by: 'ana', digest: planned.plan.digest });
    await client.send('implement', issue, { by: 'ana' });
    const done = await scene.until(({ implementation }) => implementation.state === 'pr_opened');

    const view = github.repository(repository);
    expect(done.implementation.pullRequest?.number).toBe(2);
    expect(await view.branches()).toEqual(expect.arrayContaining(['trunk', 'ghw/issue-1']));
    console.log(JSON.stringify(done, null, 1));
  }, 60_000);
});
