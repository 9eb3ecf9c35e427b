import './node-version.mjs';
import { ensureBuilt } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { oneAtATime } from './one-at-a-time.mjs';

/** Makes a fresh clone ready to run: dependencies, and the build unless `build` is false. */
export async function prepare({ build = true } = {}) {
  await oneAtATime(async () => {
    await ensureDependencies();
    if (build) await ensureBuilt();
  });
}
