import { spawn } from 'node:child_process';
import { fromRoot, root } from './paths.mjs';

/** A command that ended with another code than 0; its output says why. */
export class CommandFailed extends Error {
  /**
   * @param {string} command
   * @param {string} output
   */
  constructor(command, output) {
    super(`${command} failed`);
    this.output = output;
  }
}

/**
 * Runs a command quietly.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @returns {Promise<string>} what it printed on both streams
 * @throws {CommandFailed}
 */
export function run(file, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(output);
      else reject(new CommandFailed([file, ...args].join(' '), output));
    });
  });
}

/**
 * The arguments that start a tool of `node_modules` with this Node, without looking at the PATH.
 *
 * @param {string} script - below `node_modules`
 * @param {readonly string[]} args
 */
export function runTool(script, args) {
  return run(process.execPath, [fromRoot('node_modules', script), ...args]);
}

/**
 * Hands the terminal to a program and ends as it ends. Ctrl-C reaches it directly; we wait for how it takes that.
 *
 * @param {readonly string[]} args - of Node
 * @param {string} [cwd]
 * @returns {Promise<number>} its exit code
 */
export function handOver(args, cwd = root) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd, stdio: 'inherit' });
    process.on('SIGINT', () => undefined);
    process.on('SIGTERM', () => child.kill('SIGTERM'));
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/**
 * Prints what a person needs to know about a failure.
 *
 * @param {unknown} error
 */
export function report(error) {
  if (error instanceof CommandFailed) console.error(`${error.output.trimEnd()}\n\n${error.message}`);
  else if (error instanceof Error && 'hint' in error) console.error(`${error.message}\n${String(error.hint)}`);
  else console.error(error);
}
