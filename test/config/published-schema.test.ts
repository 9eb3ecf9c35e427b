import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { checkDocument } from '../../src/config/check.ts';
import { parseText } from '../../src/config/document.ts';
import type { JsonSchema } from '../../src/config/json-schema.ts';
import { publishedSchema } from '../../src/config/published-schema.ts';
import { pages } from '../docs/markdown.ts';

const root = join(import.meta.dirname, '..', '..');
const published = JSON.parse(readFileSync(join(root, 'schema', 'config.schema.json'), 'utf8')) as JsonSchema;

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, formats: { uri: true, email: true } });
const validate = ajv.compile(published);

/** True if an editor that knows the schema would show no error. */
function editorTakes(text: string): boolean {
  return validate(parse(text) ?? {});
}

/** True if the program takes it, with nothing in its environment. */
function programTakes(text: string): boolean {
  return checkDocument(parseText('config.yaml', text), {}).problems.length === 0;
}

/** Every key with its schema. */
function* keysOf(schema: JsonSchema, above = ''): Generator<readonly [string, JsonSchema]> {
  for (const [name, below] of Object.entries(schema.properties ?? {})) {
    yield [`${above}${name}`, below];
    yield* keysOf(below, `${above}${name}.`);
    for (const one of below.anyOf ?? []) if (one.items) yield* keysOf(one.items, `${above}${name}[].`);
  }
}

describe('the published schema', () => {
  it('is what the program has: else run `ghw config schema > schema/config.schema.json`, and prettier', () => {
    expect(published).toEqual(JSON.parse(JSON.stringify(publishedSchema())));
  });

  it('describes every key, and says the default of every key that has one', () => {
    const keys = [...keysOf(published)];

    expect(keys.length).toBeGreaterThan(80);
    expect(keys.filter(([, { description }]) => !/^[^ ].*[^ ]\.$/.test(description ?? ''))).toEqual([]);
    const leaves = keys.filter(([name, { properties }]) => !properties && !name.includes('[].'));
    expect(leaves.filter(([, schema]) => !('default' in schema))).toEqual([]);
  });

  const shipped = [
    ...readdirSync(join(root, 'examples'))
      .filter((name) => !name.includes('script'))
      .map((name) => ({ source: `examples/${name}`, text: readFileSync(join(root, 'examples', name), 'utf8') })),
    ...pages().flatMap(({ path, blocks }) =>
      blocks.filter(({ info }) => info === 'yaml config').map(({ content }) => ({ source: path, text: content })),
    ),
  ];

  it.each(shipped)('takes the example in $source', ({ text }) => {
    expect(editorTakes(text)).toBe(true);
  });

  it.each([
    '',
    'plan:',
    'agents:\n  claude-code:',
    'agent: { max_turns: 5, budget_usd: null, timeout: 1h30m }',
    'agent: { max_turns: "${TURNS:-5}" }',
    'implement: { draft: "${DRAFT:-true}" }',
    'sync: { labels: "${LABELS:-a,b}" }',
    'validation: { commands: [] }',
    'workers: { types: ["${TYPE:-docs}"] }',
    'database: { url: "postgres://ghw@localhost/ghw" }',
    'repositories: [{ name: octo/hello, priority: high, active: false, plan: { model: x } }]',
    'repositories: [{ url: "https://github.com/octo/hello", skip: { labels: [wip] }, business_hours: [Mon 09:00-17:00] }]',
    'repositories: [{ name: octo/hello, fix_categories: [{ category: lint }], models: { fix: { model: x } } }]',
    'pull_requests: { polling_interval: null, skip: { authors: ["*bot"] }, reviewers: [security] }',
  ])('takes, as the program does: %s', (text) => {
    expect({ editor: editorTakes(text), program: programTakes(text) }).toEqual({ editor: true, program: true });
  });

  it.each([
    'pln: {}',
    'plan: fast',
    'agent: { max_turns: 0 }',
    'agent: { max_turns: 1.5 }',
    'agent: { max_turns: many }',
    'agent: { timeout: soon }',
    'agent: { timeout: "" }',
    'implement: { draft: yes please }',
    'implement: { publish: pr }',
    'sync: { labels: ghw }',
    'sync: { labels: [1] }',
    'workers: { types: [] }',
    'database: { url: "mysql://localhost/ghw" }',
    'repositories: [{ name: hello }]',
    'repositories: [{ id: R_1 }]',
    'repositories: [{ name: octo/hello, failure_threshold: 0 }]',
    'repositories: [{ name: octo/hello, fix_categories: [{ category: luck }] }]',
    'repositories: [{ name: octo/hello, priority: urgent }]',
    'repositories: [{ name: octo/hello, colour: red }]',
  ])('refuses, as the program does: %s', (text) => {
    expect({ editor: editorTakes(text), program: programTakes(text) }).toEqual({ editor: false, program: false });
  });
});
