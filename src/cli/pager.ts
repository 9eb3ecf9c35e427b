import { type Io, columnsOf } from './io.ts';
import { widthOf } from './width.ts';

/**
 * Shows a text in `$PAGER` (`less`, if it is not set), where a person sits at a terminal that is too small for it.
 * Elsewhere, and where the pager cannot be started, it is printed.
 *
 * @param options.isWanted - false for `--no-pager`
 */
export async function page(io: Io, text: string, options: { readonly isWanted: boolean }): Promise<void> {
  const [file, ...args] = (io.env.PAGER ?? 'less').split(' ').filter((part) => part !== '');
  const isPaged = options.isWanted && file !== undefined && file !== 'cat' && isTall(io, text);
  if (isPaged && (await shown(file, args, `${text}\n`, io))) return;
  io.stdout.write(`${text}\n`);
}

function isTall({ stdin, stdout }: Io, text: string): boolean {
  const { rows = 0 } = stdout as { readonly rows?: number };
  const columns = columnsOf(stdout);
  if (stdin.isTTY !== true || columns === undefined || rows === 0) return false;
  const needed = text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
  // The question below it needs room as well.
  return needed > rows - 6;
}

/** False if there is no such program. */
async function shown(file: string, args: readonly string[], input: string, io: Io): Promise<boolean> {
  const { execa } = await import('execa');
  const result = await execa(file, args, {
    input,
    stdout: 'inherit',
    stderr: 'inherit',
    reject: false,
    // Colours as colours, and the text stays on the terminal when the pager ends.
    env: { ...io.env, LESS: io.env.LESS ?? 'FRX' },
    extendEnv: false,
  });
  return result.code !== 'ENOENT' && result.code !== 'EACCES';
}
