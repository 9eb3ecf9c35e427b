import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setScene, type Scene } from '../e2e/support.ts';
import { type Ended, ghw } from './ghw.ts';

let scene: Scene;

beforeEach(async () => {
  scene = await setScene();
});
afterEach(() => scene.close());

function work(...args: string[]): Promise<Ended> {
  return ghw(['work', ...args, '--config', scene.configPath], scene.directory, scene.env);
}

describe('ghw work --once', () => {
  it('runs sync, plan, implement and review in that order, tells it live, and ends', async () => {
    await scene.startWorker();

    const { code, stderr, stdout } = await work('--once');

    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stdout.split('\n').filter((line) => line.startsWith('==='))).toEqual([
      '=== Syncing issues ===',
      '=== Generating plans ===',
      '=== Implementing plans ===',
      '=== Reviewing implementations ===',
      '=== Work cycle completed ===',
    ]);
    expect(stdout).toContain(`${scene.repository}#1: plan written; next: ghw plans review ${scene.repository}#1`);
  });
});
