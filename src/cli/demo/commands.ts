import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { GhwError } from '../../domain/errors.ts';
import type { Io } from '../io.ts';

/** Types commands as a person would: shows each, runs it, shows what it says. */
export interface Typist {
  /** @throws GhwError `Internal` if the command fails; what it said stands above */
  type(...words: readonly string[]): Promise<void>;
}

const program = fileURLToPath(new URL('../../../ghw.cjs', import.meta.url));
const TIMEOUT_MS = 5 * 60_000;

export function createTypist(
  io: Io,
  env: NodeJS.ProcessEnv,
  colors: { readonly bold: (text: string) => string },
): Typist {
  return {
    async type(...words) {
      io.stdout.write(`\n${colors.bold(`$ ghw ${words.join(' ')}`)}\n`);
      const result = await execa(process.execPath, [program, ...words], {
        env,
        extendEnv: false,
        stdin: 'ignore',
        // Both streams go where the demonstration's own output goes.
        stdout: 'inherit',
        stderr: process.stdout,
        reject: false,
        timeout: TIMEOUT_MS,
      });
      if (result.failed) {
        throw new GhwError('Internal', `\`ghw ${words.join(' ')}\` ended with exit code ${String(result.exitCode)}.`, {
          hint: 'What it said stands above.',
        });
      }
    },
  };
}
