import type { TadaDocumentNode } from 'gql.tada';
import { OperationTypeNode } from 'graphql/language/ast.js';
import { Kind } from 'graphql/language/kinds.js';
import { print } from 'graphql/language/printer.js';
import { z } from 'zod';

/** One thing that GitHub can be asked for: the document, and the shape that its answer must have. */
export interface Operation<Answer, Variables> {
  /** The operation's name in the document; GitHub shows it in its own logs. */
  readonly name: string;
  readonly kind: 'query' | 'mutation';
  readonly text: string;
  readonly answer: z.ZodType<Answer>;
  /** The right that a token needs, in the words of GitHub's settings page. */
  readonly needs: string;
  /** Fields that may be missing where our identity may not see them; the rest of the answer is kept. */
  readonly optional: readonly string[];
  /** Only for the type checker: what the document's variables are. */
  readonly variables?: Variables;
}

export interface OperationOptions {
  readonly needs: string;
  readonly optional?: readonly string[];
}

/** A document's result without the type names that nobody selected. */
type Selected<T> = T extends readonly (infer Item)[]
  ? Selected<Item>[]
  : T extends object
    ? { [Key in keyof T as Key extends '__typename' ? never : Key]: Selected<T[Key]> }
    : T;

/** Refuses, at compile time, a schema that does not accept everything that the document's own type allows. */
type Accepts<Input, Result> = [Selected<Result>] extends [Input] ? unknown : { refused: Selected<Result> };

/** Pairs a document with the schema of its answer. The two must agree in both directions, or this does not compile. */
export function operation<Result, Variables, Input extends Result, Answer>(
  document: TadaDocumentNode<Result, Variables, unknown>,
  answer: z.ZodType<Answer, Input> & Accepts<Input, Result>,
  options: OperationOptions,
): Operation<Answer, Variables> {
  const [definition] = document.definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION || definition.operation === OperationTypeNode.SUBSCRIPTION) {
    throw new TypeError('A document starts with its query or mutation.');
  }
  return {
    name: definition.name?.value ?? 'anonymous',
    kind: definition.operation,
    text: print(document),
    answer,
    needs: options.needs,
    optional: options.optional ?? [],
  };
}

/** What a selection on one type (`... on Issue`) brings for an object of another type; becomes null. */
export const nothing = z.record(z.string(), z.never()).transform(() => null);

const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });

/** One page of a connection as GitHub answers it. Entries that our identity may not see are null. */
export function connection<Node extends z.ZodType>(
  node: Node,
): z.ZodObject<{ pageInfo: typeof pageInfo; nodes: z.ZodNullable<z.ZodArray<z.ZodNullable<Node>>> }> {
  return z.object({ pageInfo, nodes: z.array(node.nullable()).nullable() });
}
