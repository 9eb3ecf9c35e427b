import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from '@jest/globals';
import type { Ended } from '../ghw.ts';

/** Set to write what is printed now; the difference is then read, and committed or not. */
const isUpdating = Boolean(process.env.UPDATE_GOLDEN);

/** Holds a transcript against the one that was read and found good: `test/cli/golden/<name>.txt`. */
export async function expectGolden(name: string, transcript: string): Promise<void> {
  const path = join(import.meta.dirname, `${name}.txt`);
  if (isUpdating) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, transcript);
  }
  const golden = await readFile(path, 'utf8').catch(() => 'There is none yet: run this test with UPDATE_GOLDEN=1.');
  expect(transcript).toBe(golden);
}

/** A command and all that it said, as a reader would see it. */
export function transcriptOf(args: readonly string[], { code, stdout, stderr }: Ended): string {
  const words = args.map((word) => (/^[\w./#:=@!,-]+$/.test(word) ? word : `'${word}'`));
  return [
    `$ ghw ${words.join(' ')}`,
    ...linesOf(stdout),
    ...linesOf(stderr).map((line) => `2> ${line}`),
    ...(code === 0 ? [] : [`(exit code ${String(code)})`]),
    '',
    '',
  ].join('\n');
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}

/** Replaces what differs from machine to machine by what does not, of the same length where a table needs that. */
export function steady(text: string, replacements: readonly (readonly [from: string | RegExp, to: string])[]): string {
  return replacements.reduce((result, [from, to]) => result.replaceAll(from, to), text);
}

/** Moments, as JSON and tables show them. */
export const moments: readonly (readonly [RegExp, string])[] = [
  [/\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '2026-01-03T00:00:00Z'],
];
