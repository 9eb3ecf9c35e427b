import { pathToFileURL } from 'node:url';
import { parentPort } from 'node:worker_threads';
import { fromRoot } from './paths.mjs';

/** Runs a thread of workflows until it has answered once, and hands over what V8 has compiled of it. */

/** @type {typeof import('../../src/start/bundle.ts')} */
const { compileBundle } = await import(pathToFileURL(fromRoot('dist/src/start/bundle.js')).href);

const bundle = compileBundle('workflow-thread', { cached: false });
bundle.start();
parentPort?.on('message', () => {
  // The thread's own listener comes first; by then it has done what it was asked for.
  setTimeout(() => parentPort?.postMessage(bundle.script.createCachedData()), 100);
});
