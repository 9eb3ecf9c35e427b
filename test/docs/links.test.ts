import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { page, pages, root } from './markdown.ts';

const links = pages().flatMap(({ path: source, prose }) =>
  [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => ({ source, target }))
    .filter(({ target }) => !/^[a-z]+:/.test(target)),
);

/** The anchors that GitHub makes of a page's headings. */
function anchorsOf(path: string): ReadonlySet<string> {
  const headings = [...page(path).prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/\s/g, '-'),
    ),
  );
}

describe('links in the documentation', () => {
  it.each(links)('$source: $target leads somewhere', ({ source, target }) => {
    const [file = '', anchor] = target.split('#');
    const path = file === '' ? source : normalize(join(dirname(source), file));

    expect(existsSync(join(root, path))).toBe(true);
    if (anchor !== undefined) expect(anchorsOf(path)).toContain(anchor);
  });
});
