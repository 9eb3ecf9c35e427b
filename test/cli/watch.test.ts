import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { CommandContext } from '../../src/cli/context.ts';
import { watch } from '../../src/cli/watch.ts';

/** A terminal of 40 columns and 4 lines, on which keys can be pressed. */
function terminal(options: { readonly json?: boolean } = {}) {
  const said: string[] = [];
  const modes: boolean[] = [];
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (on: boolean) => modes.push(on) });
  const stdout = Object.assign(new PassThrough(), { isTTY: true, columns: 40, rows: 4 });
  stdout.on('data', (text: Buffer) => said.push(text.toString()));
  const context = new CommandContext({ stdin, stdout, stderr: new PassThrough(), env: {} }, options);
  return { context, said, modes, press: (keys: string) => stdin.write(keys) };
}

const ENTER = '\u001B[?1049h';
const LEAVE = '\u001B[?1049l';

describe('--watch', () => {
  it('shows what there is until q, never more than fits, and leaves the terminal as it was', async () => {
    const { context, said, modes, press } = terminal();
    const lines = Array.from({ length: 9 }, (_, index) => `line ${index + 1}`);

    await watch(context, () => {
      setImmediate(() => press('q'));
      return Promise.resolve({ value: null, text: () => lines.join('\n') });
    });

    const text = said.join('');
    expect(text).toContain('line 3');
    expect(text).not.toContain('line 4');
    expect(text).toContain('q quits, 6 lines below');
    expect(text.startsWith(ENTER)).toBe(true);
    expect(text.endsWith(LEAVE)).toBe(true);
    expect(modes).toEqual([true, false]);
  });

  it('ends with exit code 130 at Ctrl-C, and leaves the terminal as it was', async () => {
    const { context, said, modes, press } = terminal();

    const ended = watch(context, () => {
      setImmediate(() => press('\u0003'));
      return Promise.resolve({ value: null, text: () => 'one' });
    });

    await expect(ended).rejects.toMatchObject({ exitCode: 130 });
    expect(said.join('').endsWith(LEAVE)).toBe(true);
    expect(modes).toEqual([true, false]);
  });

  it('leaves the terminal as it was when a look fails', async () => {
    const { context, said } = terminal();

    await expect(watch(context, () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(said.join('').endsWith(LEAVE)).toBe(true);
  });

  it('prints JSON on one line for scripts, until it is interrupted', async () => {
    const { context, said } = terminal({ json: true });

    const ended = watch(context, () => {
      setImmediate(() => process.emit('SIGINT'));
      return Promise.resolve({ value: { issues: [1] }, text: () => 'for people' });
    });

    await expect(ended).rejects.toMatchObject({ exitCode: 130 });
    expect(said.join('')).toBe('{"issues":[1]}\n');
  });

  it('is refused where there is no terminal', async () => {
    const { context } = terminal();
    const blind = new CommandContext({ ...context.io, stdout: new PassThrough() }, {});

    await expect(watch(blind, () => Promise.reject(new Error('never')))).rejects.toMatchObject({
      name: 'InvalidInput',
    });
  });
});
