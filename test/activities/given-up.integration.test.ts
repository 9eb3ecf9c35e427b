import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { defaultScript } from '../../src/agents/scripted/default-script.ts';
import { setScene, type Scene } from '../e2e/support.ts';

let scene: Scene;

beforeEach(async () => {
  scene = await setScene({
    script: { ...defaultScript, plan: [{ steps: [{ exit: 7 }, { exit: 7 }, { exit: 7 }, { plan: 'Too late.' }] }] },
  });
});
afterEach(() => scene.close());

describe('an agent that keeps failing', () => {
  it('is given up after three attempts, each of which knows of those before', async () => {
    await scene.startWorker();
    await scene.client.send('plan', scene.issue, { by: 'ana' });

    const { plan } = await scene.until(({ plan: seen }) => seen.state === 'failed' || seen.state === 'awaiting_review');

    expect(plan.failure).toMatchObject({ name: 'AgentCrashed' });
    const handle = scene.client.handle(scene.issue);
    const { events } = await handle.fetchHistory();
    const attempts = (events ?? []).flatMap(({ activityTaskStartedEventAttributes: started }) =>
      started?.lastFailure?.applicationFailureInfo?.type === 'AgentCrashed' ? [started.attempt] : [],
    );
    expect(attempts).toEqual([3]);
  });
});
