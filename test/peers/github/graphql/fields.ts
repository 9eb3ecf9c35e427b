import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLTypeResolver,
} from 'graphql';
import { checkPage, connection } from './connection.ts';
import type { RequestContext, Resolver } from './context.ts';
import { Refusal } from './refusal.ts';
import { resolvers } from './resolvers/index.ts';

const scalarDefaults: Readonly<Record<string, unknown>> = {
  Boolean: false,
  Int: 0,
  Float: 0,
  BigInt: '0',
  Date: '1970-01-01',
  DateTime: '1970-01-01T00:00:00Z',
  PreciseDateTime: '1970-01-01T00:00:00.000Z',
  GitTimestamp: '1970-01-01T00:00:00Z',
  GitObjectID: '0'.repeat(40),
  ID: 'UNMODELLED',
};

function isConnection(info: GraphQLResolveInfo): boolean {
  return getNamedType(info.returnType).name.endsWith('Connection');
}

/** The emptiest value that the type allows, for what this server does not model: null, no items, zero, false. */
function emptyValue(type: GraphQLOutputType, context: RequestContext, info: GraphQLResolveInfo): unknown {
  if (getNamedType(type).name.endsWith('Connection')) return connection([], {});
  if (!isNonNullType(type)) return null;
  const inner = type.ofType as GraphQLOutputType;
  if (isListType(inner)) return [];
  if (isEnumType(inner)) return inner.getValues()[0]?.value;
  if (isScalarType(inner)) return inner.name === 'URI' ? context.hub.baseUrl : (scalarDefaults[inner.name] ?? '');
  if (isAbstractType(inner)) return { type: info.schema.getPossibleTypes(inner)[0]?.name };
  return isObjectType(inner) ? { type: inner.name } : null;
}

/** Every field of every type: its resolver, else the source's own property, else the emptiest value. */
export const resolveField: GraphQLFieldResolver<unknown, RequestContext, Record<string, unknown>> = (
  source,
  args,
  context,
  info,
) => {
  if (isConnection(info)) checkPage(args, info);
  const resolver = resolvers[info.parentType.name]?.[info.fieldName];
  if (resolver !== undefined) {
    return (resolver as (...all: unknown[]) => unknown)(source, args, context, info) satisfies ReturnType<Resolver>;
  }
  if (info.parentType.name === 'Mutation') {
    throw new Refusal('NOT_IMPLEMENTED', `This local GitHub does not implement the mutation \`${info.fieldName}\`.`);
  }
  if (typeof source === 'object' && source !== null && Object.hasOwn(source, info.fieldName)) {
    return (source as Record<string, unknown>)[info.fieldName];
  }
  return emptyValue(info.returnType, context, info);
};

/** Records and git objects carry the name of their GraphQL type. */
export const resolveType: GraphQLTypeResolver<unknown, RequestContext> = (value) =>
  (value as { readonly type: string }).type;
