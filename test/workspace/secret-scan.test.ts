import { describe, expect, it } from '@jest/globals';
import { parseAddedLines, scanAddedLines } from '../../src/workspace/secret-scan.ts';

const token = 'ghp_' + 'A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8';

function added(path: string, ...texts: string[]) {
  return { path, lines: texts.map((text, index) => ({ number: index + 10, text })) };
}

describe('scanAddedLines', () => {
  it('names the line and the kind, once for each line', async () => {
    expect(await scanAddedLines(added('a.ts', 'x', `const t = "${token}"`, 'y'), [])).toEqual([
      { path: 'a.ts', line: 11, kind: 'GitHub token' },
    ]);
  });

  it('uses secretlint’s rules for what has no shape of its own', async () => {
    const places = [
      ...(await scanAddedLines(added('.npmrc', `//registry.example.com/:_authToken=${'0a1b2c3d-'.repeat(4)}`), [])),
      ...(await scanAddedLines(
        added('a.env', `DATABASE_URL=postgresql://ghw:${'s3cr3tpw'}@db.example.org:5432/app`),
        [],
      )),
      ...(await scanAddedLines(added('b.env', `SHOPIFY=shpat_${'0123456789abcdef'.repeat(2)}`), [])),
    ];
    expect(places.map(({ kind }) => kind)).toEqual(['npm', 'database connection string', 'shopify']);
  });

  it('is not switched off by a comment in the file', async () => {
    const places = await scanAddedLines(
      added('b.env', '# secretlint-disable', `S=shpat_${'0123456789abcdef'.repeat(2)}`),
      [],
    );
    expect(places).toHaveLength(1);
  });

  it('reads no file of this host, whatever the path', async () => {
    expect(await scanAddedLines(added('../../etc/ssl/key.p12', 'x'), [])).toEqual([]);
  });

  it('finds nothing in ordinary code', async () => {
    const lines = [
      'import a from "b";',
      'const key = process.env.API_KEY;',
      'password: ${{ secrets.PASSWORD }}',
      'sk-test',
    ];
    expect(await scanAddedLines(added('a.ts', ...lines), [])).toEqual([]);
  });
});

describe('parseAddedLines', () => {
  it('tells content from headers, whatever the content looks like', () => {
    const diff = [
      'diff --git a.txt a.txt',
      '--- a.txt',
      '+++ a.txt',
      '@@ -1,2 +1,3 @@',
      '--- a.txt',
      '-@@ -9 +9 @@',
      '+++ b.txt',
      '+@@ -1 +50 @@',
      '+',
      '@@ -8,0 +9 @@ context',
      '+last',
      '\\ No newline at end of file',
      'diff --git gone.txt gone.txt',
      '--- gone.txt',
      '+++ /dev/null',
      '@@ -1 +0,0 @@',
      '-gone',
      '+++ "od\\nd"\t',
      '@@ -0,0 +1 @@',
      '+x',
    ].join('\n');
    expect(parseAddedLines(diff)).toEqual([
      {
        path: 'a.txt',
        lines: [
          { number: 1, text: '++ b.txt' },
          { number: 2, text: '@@ -1 +50 @@' },
          { number: 3, text: '' },
          { number: 9, text: 'last' },
        ],
      },
      { path: '"od\\nd"', lines: [{ number: 1, text: 'x' }] },
    ]);
  });
});
