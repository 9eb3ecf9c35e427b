import './node-version.mjs';
import { ensureBuilt } from './build.mjs';
import { ensureDependencies } from './dependencies.mjs';
import { oneAtATime } from './one-at-a-time.mjs';

/** Makes a fresh clone ready to run: dependencies and the build. */
export async function prepare() {
  await oneAtATime(async () => {
    await ensureDependencies();
    await ensureBuilt();
  });
}
