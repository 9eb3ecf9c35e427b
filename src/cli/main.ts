#!/usr/bin/env node
import { type BundleName, compileBundle } from '../start/bundle.ts';
import { keepHeapsSmall } from '../workers/heap.ts';
import { commandPlace, longCommands } from './command-place.ts';
import type { run } from './run.ts';

const args = process.argv.slice(2);
const place = commandPlace(args);
const isLong = longCommands.includes(args[place] ?? '');
const name: BundleName = place === -1 ? 'help' : isLong ? 'workers' : 'answers';

// A reader such as `head` that has seen enough is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});
// Before there is much in it: V8 has the first limit of a heap from its beginning.
if (isLong) keepHeapsSmall();
void program()
  .then(({ run }) =>
    // Node opens the standard streams when they are asked for, and most commands never ask for all.
    run(args, {
      get stdin() {
        return process.stdin;
      },
      get stdout() {
        return process.stdout;
      },
      get stderr() {
        return process.stderr;
      },
      env: process.env,
    }),
  )
  .then(async (code) => {
    process.exitCode = code;
    // What was said has to arrive; to see connections closed takes longer than many a command.
    await Promise.all([process.stdout, process.stderr].map(flushed));
    process.exit();
  });

async function flushed(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writable) await new Promise((resolve) => stream.write('', resolve));
}

async function program(): Promise<{ readonly run: typeof run }> {
  // Whoever looks for a fault wants to see in which file and line of ours it is.
  if (process.env.GHW_DEBUG) return import('./run.ts');
  return compileBundle<{ readonly run: typeof run }>(name, { cached: true }).start();
}
