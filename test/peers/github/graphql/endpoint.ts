import {
  GraphQLError,
  Kind,
  execute,
  getVariableValues,
  parse,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
} from 'graphql';
import type { RequestContext } from './context.ts';
import { resolveField, resolveType } from './fields.ts';
import { maximumNodes, priceOf, type Price } from './price.ts';
import { Refusal } from './refusal.ts';
import { githubSchema } from './schema.ts';
import { validationErrors, type ErrorEntry } from './validation.ts';

export interface GraphQLRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | null;
}

export interface GraphQLAnswer {
  readonly data?: unknown;
  readonly errors?: readonly ErrorEntry[];
}

/** A request that passed parsing, validation and coercion, with its price. */
export interface PreparedRequest {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly price: Price;
  /** The fields at the root, by their own names. */
  readonly rootFields: readonly string[];
}

interface ParsedDocument {
  readonly document: DocumentNode | null;
  readonly errors: readonly ErrorEntry[];
}

const rememberedDocuments = 500;
const parsed = new Map<string, ParsedDocument>();

function parseDocument(query: string): ParsedDocument {
  const known = parsed.get(query);
  if (known !== undefined) return known;
  const result = parseAnew(query);
  parsed.set(query, result);
  const [oldest] = parsed.keys();
  if (parsed.size > rememberedDocuments && oldest !== undefined) parsed.delete(oldest);
  return result;
}

function parseAnew(query: string): ParsedDocument {
  try {
    const document = parse(query);
    return { document, errors: validationErrors(githubSchema(), document) };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const message = error.message.replace(/^Syntax Error: /, 'Parse error: ');
    return { document: null, errors: [{ locations: error.locations ?? [], message }] };
  }
}

function findOperation(document: DocumentNode, name: string | null): OperationDefinitionNode | ErrorEntry {
  const operations = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const wanted = name === null ? operations : operations.filter((operation) => operation.name?.value === name);
  const [operation] = wanted;
  if (operation !== undefined && wanted.length === 1) return operation;
  return name === null ? { message: 'An operation name is required' } : { message: `No operation named "${name}"` };
}

function rootFields(operation: OperationDefinitionNode): string[] {
  return operation.selectionSet.selections.map((selection) =>
    selection.kind === Kind.INLINE_FRAGMENT ? '...' : selection.name.value,
  );
}

/** Everything that is checked before a query runs; the errors that GitHub answers, where it does not pass. */
export function prepare(request: GraphQLRequest): PreparedRequest | { readonly errors: readonly ErrorEntry[] } {
  const { document, errors } = parseDocument(request.query);
  if (document === null || errors.length > 0) return { errors };
  const operation = findOperation(document, request.operationName);
  if ('message' in operation) return { errors: [operation] };
  const coerced = getVariableValues(githubSchema(), operation.variableDefinitions ?? [], request.variables);
  if (coerced.errors !== undefined) {
    return {
      errors: coerced.errors.map(({ message, locations = [] }) => ({ locations, message: variableMessage(message) })),
    };
  }
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const price = priceOf(operation, fragments, coerced.coerced);
  if (price.nodes > maximumNodes) {
    const message = `This query requests up to ${price.nodes.toLocaleString('en')} possible nodes which exceeds the maximum limit of ${maximumNodes.toLocaleString('en')}.`;
    return { errors: [{ type: 'MAX_NODE_LIMIT_EXCEEDED', message }] };
  }
  return { document, operation, variables: request.variables, price, rootFields: rootFields(operation) };
}

function variableMessage(message: string): string {
  return message.replace(/^Variable "(\$\w+)" got invalid value/, 'Variable $1 was provided invalid value');
}

function errorEntry(error: GraphQLError): ErrorEntry {
  const { originalError, path, locations = [], message } = error;
  const place = path === undefined ? { locations } : { path, locations };
  if (originalError instanceof Refusal) return { type: originalError.type, ...place, message };
  // A fault of this server: its words would mislead whoever tests against GitHub.
  if (originalError !== undefined) process.stderr.write(`local GitHub: ${originalError.stack ?? message}\n`);
  return { ...place, message: `Something went wrong while executing your query: ${message}` };
}

/** `rateLimit(dryRun: true)` prices a query without running it: only the price is answered. */
function isDryRun({ operation, variables }: PreparedRequest): boolean {
  return operation.selectionSet.selections.some((selection) => {
    if (selection.kind !== Kind.FIELD || selection.name.value !== 'rateLimit') return false;
    const value = selection.arguments?.find(({ name }) => name.value === 'dryRun')?.value;
    if (value?.kind === Kind.VARIABLE) return variables[value.name.value] === true;
    return value?.kind === Kind.BOOLEAN && value.value;
  });
}

function onlyRateLimit(prepared: PreparedRequest): DocumentNode {
  const selections = prepared.operation.selectionSet.selections.filter(
    (selection) => selection.kind === Kind.FIELD && selection.name.value === 'rateLimit',
  );
  const operation = { ...prepared.operation, selectionSet: { ...prepared.operation.selectionSet, selections } };
  return { ...prepared.document, definitions: [operation] };
}

/** Runs a query against the state, with whatever partial data it yields. */
export async function run(prepared: PreparedRequest, context: RequestContext): Promise<GraphQLAnswer> {
  const result = await execute({
    schema: githubSchema(),
    document: isDryRun(prepared) ? onlyRateLimit(prepared) : prepared.document,
    contextValue: context,
    variableValues: prepared.variables,
    operationName: prepared.operation.name?.value,
    fieldResolver: resolveField,
    typeResolver: resolveType,
  });
  const errors = (result.errors ?? []).map(errorEntry);
  return errors.length === 0 ? { data: result.data } : { data: result.data, errors };
}
