import { pathToFileURL } from 'node:url';
import { fromRoot } from './paths.mjs';
import { step } from './step.mjs';

/** Fetches or builds the Temporal server now, where the time that it takes can be shown. Needs the build. */
export async function ensureTemporal() {
  const compiled = pathToFileURL(fromRoot('dist/src/workers/embedded/find-temporal.js')).href;
  /** @type {typeof import('../../src/workers/embedded/find-temporal.ts')} */
  const { findTemporal } = await import(compiled);
  const found = await findTemporal({ install: false }).catch(() => undefined);
  if (found !== undefined) return;
  await step('Getting the Temporal server', (say) => findTemporal({ onProgress: say }));
}
