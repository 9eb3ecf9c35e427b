import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { keysBelow, leafKeys } from '../../src/config/json-schema.ts';
import { formatKey } from '../../src/config/key.ts';
import { parseKey } from '../../src/config/parse-key.ts';
import { configSchema } from '../../src/config/schema.ts';
import { startKeys } from '../../src/workers/settings.ts';
import { codeSpans, page, tableRows } from './markdown.ts';

const { prose } = page('docs/configuration.md');
const keyTables = prose.slice(prose.indexOf('## Places'), prose.indexOf('## Environment variables'));

/** Rows that describe a key: its name, and whatever stands behind it. */
const rows = tableRows(keyTables).flatMap(([first = '', ...cells]) => {
  const [key] = codeSpans(first);
  return key === undefined ? [] : [{ key, cells }];
});
const ofFile = rows.filter(({ key }) => !key.startsWith('repositories'));
const ofRepositories = rows.filter(({ key }) => key.startsWith('repositories'));

function defaultOf(key: string): unknown {
  return parseKey(key).reduce<unknown>(
    (value, part) => (value as Record<string | number, unknown>)[part],
    configSchema.parse({}),
  );
}

describe('docs/configuration.md', () => {
  it('has a row for every key, and for no other', () => {
    const documented = ofFile.map(({ key }) => key).sort();

    expect(documented).toEqual(
      leafKeys()
        .map(formatKey)
        .filter((key) => key !== 'repositories')
        .sort(),
    );
  });

  it.each(ofFile)('says the default of $key, and what it means', ({ key, cells: [defaultCell = '', meaning = ''] }) => {
    expect(parse(codeSpans(defaultCell)[0] ?? '')).toEqual(defaultOf(key));
    expect(meaning).toMatch(/\S.*\.$/);
  });

  it('says which keys count only when the worker starts', () => {
    const paragraph = prose.slice(prose.indexOf('**When a change takes effect.**'), prose.indexOf('**Two files.**'));

    expect(codeSpans(paragraph).filter((key) => key !== 'sync.labels' && !key.startsWith('ghw '))).toEqual(startKeys);
  });

  it('has a row for everything that a repository has', () => {
    const known = keysBelow(['repositories', 'octo/hello']).map((key) => `repositories[].${key}`);

    expect(ofRepositories.map(({ key }) => key).sort()).toEqual([...known].sort());
  });
});

describe('keys of the configuration anywhere in the documentation', () => {
  const sections = new Set(Object.keys(configSchema.shape));

  it.each(['README.md', 'docs/agents.md', 'docs/operations.md', 'docs/errors.md', 'docs/configuration.md'])(
    'exist, in %s',
    (path) => {
      const named = codeSpans(page(path).prose)
        .map((code) => code.replace(/:.*$/, ''))
        .filter((code) => /^[a-z]+(?:\.[a-z_-]+)+$/.test(code) && sections.has(code.split('.')[0] ?? ''));

      expect(named.filter((key) => !isKey(key))).toEqual([]);
    },
  );
});

function isKey(text: string): boolean {
  try {
    parseKey(text);
    return true;
  } catch {
    return false;
  }
}
