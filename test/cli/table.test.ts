import { describe, expect, it } from '@jest/globals';
import { renderTable } from '../../src/cli/table.ts';
import { fit, widthOf } from '../../src/cli/width.ts';

const head = ['issue', { title: 'cost', align: 'right', optional: true }, 'title'] as const;
const rows = [
  ['octo/hello#1', '$0.13', 'Greet people by their name'],
  ['octo/hello#12', '$10.00', '日本語のタイトル'],
  ['octo/hello#3', '$0', 'Family 👩‍👩‍👧‍👦 first'],
];

/** Where the last column begins, counted in terminal columns. */
function titleColumns(table: string, titles: readonly string[]): readonly number[] {
  return table.split('\n').map((line, index) => widthOf(line.slice(0, line.indexOf(titles[index] ?? ''))));
}

describe('renderTable', () => {
  it('is headed in capitals and cuts nothing where there is no terminal', () => {
    expect(renderTable(head, rows.slice(0, 2), { width: undefined })).toBe(
      [
        'ISSUE            COST  TITLE',
        'octo/hello#1    $0.13  Greet people by their name',
        'octo/hello#12  $10.00  日本語のタイトル',
      ].join('\n'),
    );
  });

  it('stands in line although characters are two columns wide, or made of seven', () => {
    const behind = rows.map(([issue = '', , title = '']) => [title, issue]);
    const lines = renderTable(['title', 'issue'], behind, { width: undefined });

    expect(new Set(titleColumns(lines, ['ISSUE', 'octo', 'octo', 'octo'])).size).toBe(1);
  });

  it.each([120, 60, 50, 40, 30, 20])('is never wider than a terminal of %d columns', (width) => {
    const lines = renderTable(head, rows, { width }).split('\n');

    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
    expect(lines).toHaveLength(4);
  });

  it('cuts the last column first, then leaves out what is optional, then cuts the widest', () => {
    const [, row = []] = rows;
    expect(renderTable(head, [row], { width: 36 }).split('\n')[1]).toBe('octo/hello#12  $10.00  日本語のタイ…');
    expect(renderTable(head, [row], { width: 30 }).split('\n')[1]).toBe('octo/hello#12  日本語のタイト…');
    expect(renderTable(head, [row], { width: 20 }).split('\n')[1]).toBe('octo/hel…  日本語の…');
  });

  it('shows what would move the cursor or disguise the text', () => {
    const table = renderTable(['title'], [['\u001B[31mred\u001B[0m \u202Edesrever\r\nnext']], { width: undefined });

    expect(table).toBe('TITLE\n␛[31mred␛[0m \uFFFDdesrever next');
  });
});

describe('fit', () => {
  it.each([
    ['hello', 5, 'hello'],
    ['hello!', 5, 'hell…'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['a👩‍👩‍👧‍👦b', 3, 'a…'],
    ['👩\uFFFD👩\uFFFD👧', 6, '👩\uFFFD👩…'],
    ['hello', 1, '…'],
    ['hello', 0, ''],
  ])('%s within %d columns is %s', (text, width, shown) => {
    expect(fit(text, width)).toBe(shown);
    expect(widthOf(shown)).toBeLessThanOrEqual(width);
  });
});
