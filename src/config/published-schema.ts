import { type JsonSchema, configJsonSchema } from './json-schema.ts';

/**
 * The configuration's JSON Schema as it is shipped for editors. It takes what the program takes: a value may be a
 * reference to an environment variable, and a section may be empty.
 *
 * @see https://json-schema.org/draft-07
 */
export function publishedSchema(): JsonSchema {
  const { $schema, ...schema } = configJsonSchema();
  return { $schema, title: 'Configuration of gh-worker', ...relaxed(schema) };
}

const reference = { type: 'string', pattern: '\\$\\{' };

function relaxed(schema: JsonSchema): JsonSchema {
  const { description, default: fallback, ...rule } = schema;
  const annotations = {
    ...(description === undefined ? {} : { description }),
    ...(fallback === undefined || isEmptyObject(fallback) ? {} : { default: fallback }),
  };
  if (rule.properties !== undefined) {
    const properties = Object.entries(rule.properties).map(([name, below]) => [name, relaxed(below)] as const);
    return { ...annotations, ...rule, type: ['object', 'null'], properties: Object.fromEntries(properties) };
  }
  const items = rule.items === undefined ? rule : { ...rule, items: relaxed(rule.items) };
  const { anyOf = [items] } = items;
  return {
    ...annotations,
    anyOf: [...anyOf.map((one) => (one.items ? { ...one, items: relaxed(one.items) } : one)), reference],
  };
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}
