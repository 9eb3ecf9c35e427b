import { unexpected } from './errors.ts';

/** One page of a connection. */
export interface Page<Node> {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly nodes: readonly (Node | null)[] | null;
}

/** Fetches the page after a cursor; null starts at the beginning. */
export type FetchPage<Node> = (after: string | null) => Promise<Page<Node>>;

/**
 * All pages of a connection, without the entries that our identity may not see. Bounded by the data alone; a cursor that
 * stands still ends it with an error instead of a loop.
 *
 * @param doing - for messages, after "GitHub could not".
 */
export async function* pages<Node>(fetchPage: FetchPage<Node>, doing: string): AsyncGenerator<Node[], void> {
  let after: string | null = null;
  for (;;) {
    const { nodes, pageInfo }: Page<Node> = await fetchPage(after);
    yield (nodes ?? []).filter((node) => node !== null);
    if (!pageInfo.hasNextPage) return;
    if (pageInfo.endCursor === null || pageInfo.endCursor === after) {
      throw unexpected(doing, 'it announced another page without saying where it begins');
    }
    after = pageInfo.endCursor;
  }
}

/** Everything that {@link pages} brings, with the first page already at hand. Null stands for an empty connection. */
export async function allNodes<Node>(
  first: Page<Node> | null,
  fetchPage: FetchPage<Node>,
  doing: string,
): Promise<Node[]> {
  if (first === null) return [];
  const all: Node[] = [];
  for await (const page of pages((after) => (after === null ? Promise.resolve(first) : fetchPage(after)), doing)) {
    all.push(...page);
  }
  return all;
}
