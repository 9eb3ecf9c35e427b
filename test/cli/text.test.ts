import { describe, expect, it } from '@jest/globals';
import { renderTable } from '../../src/cli/table.ts';
import { plainJson, plainLine, plainText } from '../../src/cli/text.ts';

const escape = '\u001B';

describe('foreign text on a terminal', () => {
  it('cannot colour, move the cursor, or set the title', () => {
    expect(plainLine(`a${escape}[31mb${escape}]0;title\u0007c\rd\be`)).toBe('a␛[31mb␛]0;title␇c d␈e');
    expect(plainLine('a\u009B31m\u007F')).toBe('a\uFFFD31m␡');
  });

  it('cannot disguise what follows', () => {
    expect(plainLine('invoice\u202Egpj.exe')).toBe('invoice\uFFFDgpj.exe');
  });

  it('keeps its lines and tabs where several lines are meant', () => {
    expect(plainText(`# Plan\r\n\n\t- do\u0000 it\n${escape}[2J`)).toBe('# Plan\n\n\t- do␀ it\n␛[2J');
  });

  it('is harmless in JSON too, and reads back as it was', () => {
    const value = { title: `${escape}[31m\u009B\u202E` };
    const json = plainJson(value);

    expect(json).toMatch(/^[\x20-\x7e\n]+$/);
    expect(JSON.parse(json)).toEqual(value);
  });
});

describe('a table', () => {
  const rows = [
    ['octo/hello#1', `Greet${escape}[31m everyone, also those who come late`],
    ['octo/hello#22', '短い'],
  ];

  it('is not cut where there is no terminal', () => {
    expect(renderTable(['issue', 'title'], rows, { width: undefined })).toBe(
      [
        'ISSUE          TITLE',
        'octo/hello#1   Greet␛[31m everyone, also those who come late',
        'octo/hello#22  短い',
      ].join('\n'),
    );
  });

  it('gives way in its last column on a narrow terminal', () => {
    const lines = renderTable(['issue', 'title'], rows, { width: 40 }).split('\n');

    expect(lines).toHaveLength(3);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(40);
    expect(lines[1]).toContain('…');
  });
});
