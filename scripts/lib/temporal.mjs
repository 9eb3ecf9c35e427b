import { step } from './step.mjs';

/** Fetches or builds the Temporal server now, where the time that it takes can be shown. Needs the build. */
export async function ensureTemporal() {
  const { findTemporal } = await import('../../dist/src/workers/embedded/find-temporal.js');
  const found = await findTemporal({ install: false }).catch(() => undefined);
  if (found !== undefined) return;
  await step('Getting the Temporal server', (say) => findTemporal({ onProgress: say }));
}
