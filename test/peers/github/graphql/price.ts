import {
  Kind,
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

export interface Price {
  readonly points: number;
  readonly nodes: number;
}

export const maximumNodes = 500_000;

interface Walk {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  requests: number;
  nodes: number;
}

function valueOf(node: ValueNode | undefined, walk: Walk): unknown {
  if (node === undefined) return undefined;
  if (node.kind === Kind.VARIABLE) return walk.variables[node.name.value];
  if (node.kind === Kind.INT) return Number(node.value);
  if (node.kind === Kind.LIST) return node.values;
  return undefined;
}

function argument(field: FieldNode, name: string, walk: Walk): unknown {
  return valueOf(field.arguments?.find((candidate) => candidate.name.value === name)?.value, walk);
}

/** How many children one field stands for. */
function size(field: FieldNode, walk: Walk): number | null {
  const page = argument(field, 'first', walk) ?? argument(field, 'last', walk);
  return typeof page === 'number' ? page : null;
}

function visit(set: SelectionSetNode, factor: number, walk: Walk): void {
  for (const selection of set.selections) {
    if (getDirectiveValues(GraphQLSkipDirective, selection, walk.variables)?.if === true) continue;
    if (getDirectiveValues(GraphQLIncludeDirective, selection, walk.variables)?.if === false) continue;
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = walk.fragments.get(selection.name.value);
      if (fragment !== undefined) visit(fragment.selectionSet, factor, walk);
      continue;
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      visit(selection.selectionSet, factor, walk);
      continue;
    }
    const page = size(selection, walk);
    if (page !== null) {
      walk.requests += factor;
      walk.nodes += factor * page;
    }
    const ids = selection.name.value === 'nodes' ? argument(selection, 'ids', walk) : undefined;
    const children = page ?? (Array.isArray(ids) ? ids.length : 1);
    if (selection.selectionSet !== undefined) visit(selection.selectionSet, factor * children, walk);
  }
}

/**
 * What an operation costs by the published formula: the requests needed to fill each connection to its limit, divided
 * by 100 and rounded, at least one point; and the nodes that it could return.
 * Source: GitHub's documentation, "Rate limits and query limits for the GraphQL API".
 */
export function priceOf(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  variables: Readonly<Record<string, unknown>>,
): Price {
  const walk: Walk = { variables, fragments, requests: 0, nodes: 0 };
  visit(operation.selectionSet, 1, walk);
  return { points: Math.max(1, Math.round(walk.requests / 100)), nodes: walk.nodes };
}
