import { register } from 'node:module';

/** Runs once, before the first integration test. */
export default async function globalSetup() {
  register('./typescript-hooks.mjs', import.meta.url);
  const { prepare } = await import('./prepare.ts');
  globalThis.releasePrepared = await prepare();
}
