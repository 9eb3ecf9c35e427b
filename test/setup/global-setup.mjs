import { register } from 'node:module';

/** @type {(() => Promise<void>) | undefined} */
let release;

/** Runs once, before the first integration test. */
export default async function globalSetup() {
  register('./typescript-hooks.mjs', import.meta.url);
  const { prepare } = await import('./prepare.ts');
  release = await prepare();
}

/** Ends what the set-up has started. */
export async function releasePrepared() {
  await release?.();
}
