import { readFileSync } from 'node:fs';
import { GraphQLError, GraphQLScalarType, Kind, buildASTSchema, parse, type GraphQLSchema } from 'graphql';

let built: GraphQLSchema | undefined;

function checkedScalar(schema: GraphQLSchema, name: string, isValid: (text: string) => boolean): void {
  const scalar = schema.getType(name);
  if (!(scalar instanceof GraphQLScalarType)) throw new Error(`GitHub's schema has no scalar ${name}.`);
  const check = (value: unknown): string => {
    if (typeof value === 'string' && isValid(value)) return value;
    throw new GraphQLError(`Could not coerce value ${JSON.stringify(value)} to ${name}`);
  };
  scalar.parseValue = check;
  scalar.parseLiteral = (node) => check(node.kind === Kind.STRING ? node.value : null);
}

/**
 * GitHub's public schema, from the definition file of `@octokit/graphql-schema`. The package's own code is not loaded:
 * it parses five megabytes that nobody here needs. Two fields are defined twice in the file, hence no validation of it.
 */
export function githubSchema(): GraphQLSchema {
  if (built !== undefined) return built;
  const file = new URL('./schema.graphql', import.meta.resolve('@octokit/graphql-schema'));
  const document = parse(readFileSync(file, 'utf8'), { noLocation: true });
  const schema = buildASTSchema(document, { assumeValid: true, assumeValidSDL: true });
  checkedScalar(schema, 'DateTime', (text) => !Number.isNaN(Date.parse(text)));
  checkedScalar(schema, 'GitObjectID', (text) => /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(text));
  built = schema;
  return schema;
}
