import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { fromRoot } from './paths.mjs';
import { startLedger, startTemporal } from './warm-services.mjs';

/**
 * Runs what is in the bundles once, in vain, and keeps what V8 has compiled for it. A process of its own for each kind: what
 * V8 keeps is of use to those alone that have its flags, and workers have one of their own.
 */

/** @type {typeof import('../../src/start/bundle.ts')} */
const { bundleCacheFile, compileBundle } = await compiled('dist/src/start/bundle.js');

/** @type {Record<string, [import('../../src/start/bundle.ts').BundleName, string[]][]>} */
const lines = {
  answering: [
    ['help', ['--help']],
    [
      'answers',
      ['plans --help', 'plans approve octo/hello#1', 'issues list', 'status', 'config validate', 'work status'],
    ],
  ],
  working: [['workers', ['worker --help', 'worker start']]],
};

/** A build that does not come to its end is worse than one that fails. */
const PATIENCE_MS = 180_000;
setTimeout(() => {
  console.error('What is bundled does not come to its end.');
  process.exit(1);
}, PATIENCE_MS).unref();

const [kind = ''] = process.argv.slice(2);
if (kind === 'working') {
  /** @type {typeof import('../../src/workers/heap.ts')} */
  const { keepHeapsSmall } = await compiled('dist/src/workers/heap.js');
  keepHeapsSmall();
  await warmThread();
}
const home = mkdtempSync(join(tmpdir(), 'ghw-warm-'));
const [temporal, ledger] = [await startTemporal(), await startLedger()];
try {
  const file = join(home, 'config.yaml');
  writeFileSync(file, `temporal: { address: '${temporal}' }\nrepositories: [{ name: octo/hello }]\n`);
  const env = { HOME: home, PATH: '', DATABASE_URL: ledger, GHW_CONFIG: file };
  for (const [name, commands] of lines[kind] ?? []) await warmCommands(name, commands, env);
} finally {
  rmSync(home, { recursive: true, force: true });
}
process.exit();

/** @param {string} path */
function compiled(path) {
  return import(pathToFileURL(fromRoot(path)).href);
}

/**
 * @param {import('../../src/start/bundle.ts').BundleName} name
 * @param {readonly string[]} commands
 * @param {NodeJS.ProcessEnv} env
 */
async function warmCommands(name, commands, env) {
  const bundle = compileBundle(name, { cached: false });
  /** @type {{ run: typeof import('../../src/cli/run.ts').run }} */
  const { run } = bundle.start();
  for (const command of commands) {
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    stdin.end();
    stderr.resume();
    // A worker that is ready has come to its end.
    stdout.on('data', (text) => {
      if (String(text).includes('Ready.')) setImmediate(() => process.emit('SIGTERM'));
    });
    await run(command.split(' '), { stdin, stdout, stderr, env });
  }
  keep(bundleCacheFile(name), bundle.script.createCachedData());
}

/** What a thread of workflows runs is no code of a main thread. */
async function warmThread() {
  const thread = new Worker(fromRoot('scripts/lib/warm-thread.mjs'));
  const workflowBundle = { code: '', filename: 'none.js', sourceMap: {} };
  const code = await new Promise((resolve, reject) => {
    thread.on('error', reject);
    thread.on('message', (message) => {
      if (message instanceof Uint8Array) resolve(message);
    });
    const input = { type: 'init', workflowBundle, isolateExecutionTimeoutMs: 1_000, reuseV8Context: true };
    thread.postMessage({ requestId: 0n, input });
  });
  keep(bundleCacheFile('workflow-thread'), code);
  await thread.terminate();
}

/**
 * @param {string} file
 * @param {Uint8Array} code
 */
function keep(file, code) {
  writeFileSync(`${file}.new`, code);
  renameSync(`${file}.new`, file);
}
