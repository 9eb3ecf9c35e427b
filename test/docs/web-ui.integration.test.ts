import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connectToTemporal, type TemporalForTest } from '../setup/worker.ts';
import { codeSpans, page, root, tableRows } from './markdown.ts';

const { blocks, prose } = page('docs/web-ui.md');
const filters = [
  ...blocks.filter(({ info }) => info === 'query').map(({ content }) => content.trim()),
  ...tableRows(prose.slice(prose.indexOf('## Filters'))).flatMap(([, filter = '']) => codeSpans(filter)),
];
const pictures = [...prose.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, file = '']) => join(root, 'docs', file));

let temporal: TemporalForTest;

beforeAll(async () => {
  temporal = await connectToTemporal();
});
afterAll(() => temporal.close());

describe('the filters in docs/web-ui.md', () => {
  it('are many', () => {
    expect(filters.length).toBeGreaterThan(15);
  });

  it.each(filters)('Temporal takes %s', async (filter) => {
    expect((await temporal.client.workflow.count(filter)).count).toBeGreaterThanOrEqual(0);
  });

  it('would be found wrong', async () => {
    await expect(temporal.client.workflow.count('GhwNothing="x"')).rejects.toThrow();
  });
});

describe('the pictures in docs/web-ui.md', () => {
  it('are there, and small', () => {
    expect(pictures.length).toBeGreaterThan(3);
    for (const file of pictures) {
      expect(existsSync(file)).toBe(true);
      expect(statSync(file).size).toBeLessThan(100_000);
    }
  });
});
