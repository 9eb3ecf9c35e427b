import { initGraphQLTada } from 'gql.tada';
import type { introspection } from './schema/graphql-env.d.ts';

/**
 * Writes a GraphQL document, typed and checked against GitHub's public schema.
 *
 * `tsc` derives variables and result from the text; `npm run lint` (gql.tada) refuses a field, argument or enum value
 * that GitHub does not have.
 */
export const graphql = initGraphQLTada<{
  introspection: introspection;
  disableMasking: true;
  scalars: { DateTime: string; GitObjectID: string; URI: string };
}>();
