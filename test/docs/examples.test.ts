import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { parseScript } from '../../src/agents/scripted/schema.ts';
import { parseText } from '../../src/config/document.ts';
import { checkDocument } from '../../src/config/check.ts';
import { codeSpans, page, pages, root, tableRows } from './markdown.ts';

const kinds = ['config', 'script'] as const;
type Kind = (typeof kinds)[number];

/** Every problem of an example, in words; none for one that works as it is. */
function problemsOf(kind: Kind, text: string, source: string): readonly unknown[] {
  if (kind === 'config') return checkDocument(parseText(source, text), {}).problems;
  try {
    parseScript(parse(text), source);
    return [];
  } catch (error) {
    return [error];
  }
}

const files = readdirSync(join(root, 'examples')).map((name): { source: string; kind: Kind; text: string } => ({
  source: `examples/${name}`,
  kind: name.includes('script') ? 'script' : 'config',
  text: readFileSync(join(root, 'examples', name), 'utf8'),
}));

const blocks = pages().flatMap(({ path, blocks: all }) =>
  all.filter(({ info }) => info.startsWith('yaml')).map((block) => ({ source: path, ...block })),
);

describe('the examples', () => {
  it.each(files)('$source is as the program wants it', ({ source, kind, text }) => {
    expect(problemsOf(kind, text, source)).toEqual([]);
  });

  it('are of both kinds', () => {
    expect(new Set(files.map(({ kind }) => kind))).toEqual(new Set(kinds));
  });

  it('are found wanting if they do not fit', () => {
    expect(problemsOf('config', 'agent: { defualt: scripted }', 'a text')).toHaveLength(1);
    expect(problemsOf('script', 'plan: [{ steps: [{ plam: text }] }]', 'a text')).toHaveLength(1);
  });
});

describe('YAML in the documentation', () => {
  it('says what it is', () => {
    const known = kinds.map((kind) => `yaml ${kind}`);

    expect(blocks.filter(({ info }) => !known.includes(info))).toEqual([]);
  });

  it.each(blocks)('$info in $source is as the program wants it', ({ source, info, content }) => {
    const kind = kinds.find((name) => info === `yaml ${name}`) ?? 'config';

    expect(problemsOf(kind, content, source)).toEqual([]);
  });
});

describe('the steps of a script in docs/agents.md', () => {
  const section =
    page('docs/agents.md')
      .prose.split(/^## /m)
      .find((text) => text.startsWith('scripted')) ?? '';
  const steps = tableRows(section)
    .slice(1)
    .map(([first = '']) => codeSpans(first)[0] ?? '');

  it.each(steps)('%s is one', (step) => {
    expect(() => parseScript({ implement: [{ steps: [parse(step)] }] }, step)).not.toThrow();
  });

  it('are all that there are', () => {
    const source = readFileSync(join(root, 'src/agents/scripted/script.ts'), 'utf8');
    const type = source.slice(source.indexOf('export type ScriptStep'), source.indexOf('export interface'));
    const known = [...type.matchAll(/\| \{ readonly (\w+):/g)].map(([, name]) => name);

    expect(steps.map((step) => Object.keys(parse(step) as object)[0]).sort()).toEqual(known.sort());
  });
});
