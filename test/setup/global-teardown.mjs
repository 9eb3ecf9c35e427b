/** Runs once, after the last integration test. */
export default async function globalTeardown() {
  await globalThis.releasePrepared?.();
}
