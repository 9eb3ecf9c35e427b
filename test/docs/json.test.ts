import { describe, expect, it } from '@jest/globals';
import type { Status } from '../../src/cli/status/status.ts';
import { aLine } from '../cli/listing/builders.ts';
import { codeSpans, page, tableRows } from './markdown.ts';

/** The keys in the first column of the table below a heading. */
function keysBelow(heading: string): readonly string[] {
  const { text } = page('docs/commands.md');
  const [, section = ''] = text.split(`\n${heading}\n`);
  const rows = tableRows(section.split(/^#/m)[0] ?? '');
  return rows.slice(1).flatMap(([keys = '']) => codeSpans(keys));
}

describe('the JSON that docs/commands.md promises', () => {
  it('of a line of a list is what a list prints', () => {
    expect([...keysBelow('### A line of a list')].sort()).toEqual(Object.keys(aLine()).sort());
  });

  it('of a status is what it prints', () => {
    const all = {
      setUp: 1,
      next: 1,
      problems: 1,
      running: 1,
      waiting: 1,
      failed: 1,
      cycles: 1,
      pullRequests: 1,
      cost: 1,
    } satisfies Record<keyof Status, 1>;

    expect([...keysBelow('## Status')].sort()).toEqual(Object.keys(all).sort());
  });
});
