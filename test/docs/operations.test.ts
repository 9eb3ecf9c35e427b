import { describe, expect, it } from '@jest/globals';
import { commands, type CommandName } from '../../src/domain/commands/index.ts';
import { implementationStates } from '../../src/domain/implementation.ts';
import { phases, waitsForValues } from '../../src/domain/lifecycle.ts';
import { planStates } from '../../src/domain/plan.ts';
import { workerTypes } from '../../src/domain/worker-type.ts';
import { searchAttributes } from '../../src/workflows/protocol.ts';
import { codeSpans, page, tableRows } from './markdown.ts';

const { prose } = page('docs/operations.md');

/** The rows of the table whose first header is this. */
function tableOf(header: string): readonly (readonly string[])[] {
  const start = prose.indexOf(`| ${header} |`);
  return tableRows(prose.slice(start, prose.indexOf('\n\n', start))).slice(1);
}

describe('the messages in docs/operations.md', () => {
  const rows = tableOf('message').map(([names = '', fields = '']) => ({ names: codeSpans(names), fields }));

  it('are all that there are', () => {
    expect(rows.flatMap(({ names }) => names).sort()).toEqual([...Object.keys(commands), 'sync'].sort());
  });

  it.each(Object.keys(commands) as CommandName[])('have the fields that %s has', (name) => {
    const { fields = '' } = rows.find(({ names }) => names.includes(name)) ?? {};
    const [, described = ''] = commands[name].description.split('Fields: ');
    const words = (text: string): Set<string> =>
      new Set([...text.matchAll(/\b[a-z]\w+\b(?:\?)?/gi)].map(([word]) => word));

    for (const field of described.replace(/\([^)]*\)/g, '').split(', ')) expect(words(fields)).toContain(field.trim());
    for (const field of codeSpans(fields.replace(/\([^)]*\)/g, ''))) expect(words(described)).toContain(field);
  });
});

describe('the search attributes in docs/operations.md', () => {
  const values = new Map(
    tableOf('attribute').flatMap(([names = '', cell = '']) => codeSpans(names).map((name) => [name, codeSpans(cell)])),
  );

  it('are all that there are', () => {
    const known = Object.values(searchAttributes).map(({ name }) => name);

    expect([...values.keys()].sort()).toEqual(known.sort());
  });

  it.each([
    ['GhwPhase', phases],
    ['GhwPlanState', planStates],
    ['GhwImplementationState', implementationStates],
    ['GhwWaitsFor', waitsForValues],
    ['GhwTaskType', workerTypes],
  ] as const)('%s has values that exist', (name, known) => {
    expect(values.get(name)?.length).toBeGreaterThan(2);
    expect(known).toEqual(expect.arrayContaining([...(values.get(name) ?? [])]));
  });
});
