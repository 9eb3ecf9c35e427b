import { describe, expect, it } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildASTSchema, Kind, parse, validate } from 'graphql';
import type { OperationDefinitionNode } from 'graphql';

const folder = join(import.meta.dirname, '../../src/github/operations');
const schemaFile = new URL('./schema.graphql', import.meta.resolve('@octokit/graphql-schema'));

interface Document {
  readonly name: string;
  readonly kind: string;
  readonly text: string;
  readonly needs: string;
  readonly optional: readonly string[];
}

const documents: Document[] = [];
for (const file of readdirSync(folder)) {
  const module = (await import(join(folder, file))) as Record<string, unknown>;
  documents.push(...Object.values(module).filter(isDocument));
}
// The published schema repeats two fields of one type, which its own check refuses.
const schema = buildASTSchema(parse(readFileSync(schemaFile, 'utf8'), { noLocation: true }), {
  assumeValid: true,
  assumeValidSDL: true,
});

describe('GraphQL documents', () => {
  it('are found', () => {
    expect(documents.map((document) => document.name)).toEqual(
      expect.arrayContaining(['ReadViewer', 'ReadIssueById', 'ListComments', 'CreatePullRequest']),
    );
  });

  it.each(documents)('$name is valid against the public schema', ({ text }) => {
    expect(validate(schema, parse(text))).toEqual([]);
  });

  it.each(documents)('$name uses no variable name that Octokit takes for itself', ({ text }) => {
    const names = operationOf(text).variableDefinitions?.map((definition) => definition.variable.name.value) ?? [];

    const taken = ['query', 'url', 'method', 'headers', 'request', 'baseUrl', 'mediaType', 'operationName'];
    expect(names.filter((name) => taken.includes(name))).toEqual([]);
  });

  it.each(documents)('$name is named as in its text, and says which right it needs', ({ name, kind, text, needs }) => {
    expect(operationOf(text).name?.value).toBe(name);
    expect(operationOf(text).operation).toBe(kind);
    expect(needs).toMatch(kind === 'mutation' ? /^[A-Z].*: write$/ : /^[A-Z].*: read$/);
  });

  it('have different names', () => {
    const names = documents.map((document) => document.name);

    expect(new Set(names).size).toBe(names.length);
  });

  it.each(documents.filter((document) => document.optional.length > 0))(
    '$name really has the fields that it calls optional',
    ({ text, optional }) => {
      for (const field of optional) expect(text).toMatch(new RegExp(`\\b${field}\\(`));
    },
  );
});

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && 'text' in value && 'answer' in value;
}

function operationOf(text: string): OperationDefinitionNode {
  const [definition] = parse(text).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
  return definition;
}
