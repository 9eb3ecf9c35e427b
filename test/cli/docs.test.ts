import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodeOf, exitCodes } from '../../src/cli/exit-codes.ts';
import { errorNames } from '../../src/domain/errors.ts';

const text = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8');

describe('docs/errors.md', () => {
  it('has a heading, an exit code and a remedy for every error', () => {
    const sections = new Map(
      text
        .split(/^### /m)
        .slice(1)
        .map((section) => [section.split('\n')[0]?.trim() ?? '', section]),
    );

    expect([...sections.keys()].sort()).toEqual([...errorNames].sort());
    for (const name of errorNames) {
      expect(sections.get(name)).toContain(`Exit code ${String(exitCodeOf(name))}.`);
      expect(sections.get(name)?.trim().split('\n').length).toBeGreaterThan(1);
    }
  });

  it('explains every exit code', () => {
    for (const code of Object.values(exitCodes)) expect(text).toMatch(new RegExp(`^\\| ${String(code)} +\\|`, 'm'));
  });
});
