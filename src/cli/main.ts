#!/usr/bin/env node
import { cachedCommands } from './cached.ts';
import { commandPlace } from './command-place.ts';

const { stdin, stdout, stderr, env } = process;

/** These start workers and agents: they need Temporal's modules in one copy, and ours where they are. */
const long: readonly (string | undefined)[] = ['up', 'worker', 'demo', 'doctor', 'init', 'agents'];
/** What is answered before a command is carried out needs little of the code. */
const small = ['--help', '-h', '--version'];

// A reader such as `head` that has seen enough is no error.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const args = process.argv.slice(2);
const place = commandPlace(args);
const isSmall = place === -1 || args.some((word) => small.includes(word));
const isLong = long.includes(args[place]);
// Before there is much in it: V8 has the first limit of a heap from its beginning.
if (isLong) (await import('../workers/heap.ts')).keepHeapsSmall();
const { run } = isLong
  ? await import('./run.ts')
  : ((isSmall ? undefined : cachedCommands()) ?? (await import('./quick.ts')));
process.exitCode = await run(args, { stdin, stdout, stderr, env });
