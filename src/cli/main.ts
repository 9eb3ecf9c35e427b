#!/usr/bin/env node
import { commandPlace } from './command-place.ts';

const { stdin, stdout, stderr, env } = process;

/** These start workers and agents: they need Temporal's modules in one copy, and ours where they are. */
const long: readonly (string | undefined)[] = ['up', 'worker', 'demo', 'doctor', 'init', 'agents'];

// A reader such as `head` that has seen enough is no error.
stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const args = process.argv.slice(2);
const { run } = long.includes(args[commandPlace(args)]) ? await import('./run.ts') : await import('./quick.ts');
process.exitCode = await run(args, { stdin, stdout, stderr, env });
