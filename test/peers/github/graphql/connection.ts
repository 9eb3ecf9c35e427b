import { Kind, type FieldNode, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql';
import { Refusal } from './refusal.ts';

export interface PageArguments {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
}

/** Where an item stands in its list. The last part tells apart items that are equal otherwise. */
export type SortKey = readonly (string | number)[];

export interface ConnectionOptions<T> {
  /** Default: the position in the list. Needed where the list can change between two pages. */
  readonly key?: (item: T) => SortKey;
  readonly descending?: boolean;
  /** Additional fields of an edge. */
  readonly edge?: (item: T) => object;
  /** What the item is as a node; default itself. */
  readonly node?: (item: T) => unknown;
}

export const maximumPage = 100;
const cursorPrefix = 'cursor:v2:';

function encodeCursor(key: SortKey): string {
  return Buffer.from(cursorPrefix + JSON.stringify(key)).toString('base64');
}

function decodeCursor(cursor: string): SortKey {
  try {
    const text = Buffer.from(cursor, 'base64').toString();
    const key: unknown = text.startsWith(cursorPrefix) ? JSON.parse(text.slice(cursorPrefix.length)) : null;
    if (Array.isArray(key)) return key as SortKey;
  } catch {
    // Not JSON: refused below like any other text that is no cursor.
  }
  throw new Refusal('INVALID_CURSOR_ARGUMENTS', `\`${cursor}\` does not appear to be a valid cursor.`);
}

function compareParts(one: string | number, other: string | number): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return String(one) < String(other) ? -1 : Number(String(one) > String(other));
}

export function compareKeys(one: SortKey, other: SortKey): number {
  for (const [index, part] of one.entries()) {
    const order = compareParts(part, other[index] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

/** One page of a sorted list, with GitHub's cursors, counts and page information. */
export function connection<T>(items: readonly T[], args: PageArguments, options: ConnectionOptions<T> = {}) {
  const keyed = items.map((item, index) => ({ item, key: options.key?.(item) ?? [index] }));
  const direction = options.descending === true ? -1 : 1;
  const position = (cursor: string) => {
    const wanted = decodeCursor(cursor);
    return (key: SortKey) => compareKeys(key, wanted) * direction;
  };
  const after = args.after == null ? () => 1 : position(args.after);
  const before = args.before == null ? () => -1 : position(args.before);
  const between = keyed.filter(({ key }) => after(key) > 0 && before(key) < 0);
  const cut = args.first == null ? between : between.slice(0, args.first);
  const page = args.last == null ? cut : cut.slice(Math.max(0, cut.length - args.last));
  const edges = page.map(({ item, key }) => ({
    ...options.edge?.(item),
    node: options.node === undefined ? item : options.node(item),
    cursor: encodeCursor(key),
  }));
  const firstIndex = page[0] === undefined ? 0 : keyed.indexOf(page[0]);
  const lastPage = page.at(-1);
  return {
    totalCount: items.length,
    nodes: edges.map(({ node }) => node),
    edges,
    pageInfo: {
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
      hasNextPage: lastPage !== undefined && keyed.indexOf(lastPage) < keyed.length - 1,
      hasPreviousPage: page.length > 0 && firstIndex > 0,
    },
  };
}

/** A list sorted by a key, and the options that make its cursors follow that order. */
export function sortedConnection<T>(
  items: readonly T[],
  args: PageArguments,
  order: { readonly key: (item: T) => SortKey; readonly descending?: boolean },
) {
  const direction = order.descending === true ? -1 : 1;
  const sorted = [...items].sort((one, other) => compareKeys(order.key(one), order.key(other)) * direction);
  return connection(sorted, args, order);
}

function selectedNames(set: SelectionSetNode | undefined, info: GraphQLResolveInfo): string[] {
  return (set?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.name.value];
    if (selection.kind === Kind.INLINE_FRAGMENT) return selectedNames(selection.selectionSet, info);
    return selectedNames(info.fragments[selection.name.value]?.selectionSet, info);
  });
}

/** Refuses a page that GitHub refuses. Counting alone needs no page. */
export function checkPage(args: PageArguments, info: GraphQLResolveInfo): void {
  const name = info.fieldName;
  for (const side of ['first', 'last'] as const) {
    const size = args[side];
    if (size == null) continue;
    if (size < 0) {
      throw new Refusal('UNPROCESSABLE', `\`${side}\` on the \`${name}\` connection cannot be less than zero.`);
    }
    if (size > maximumPage) {
      const message = `Requesting ${size} records on the \`${name}\` connection exceeds the \`${side}\` limit of ${maximumPage} records.`;
      throw new Refusal('EXCESSIVE_PAGINATION', message);
    }
  }
  if (args.first != null && args.last != null) {
    throw new Refusal(
      'UNPROCESSABLE',
      `Passing both \`first\` and \`last\` to paginate the \`${name}\` connection is not supported.`,
    );
  }
  if (args.first != null || args.last != null) return;
  const names = info.fieldNodes.flatMap((field: FieldNode) => selectedNames(field.selectionSet, info));
  if (names.some((selected) => ['nodes', 'edges', 'pageInfo'].includes(selected))) {
    const message = `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`;
    throw new Refusal('MISSING_PAGINATION_BOUNDARIES', message);
  }
}
