/** Which comments are still to be looked at for commands. */
export interface CommentsSeen {
  /** When the first plan or question was posted, by GitHub's clock; null before: there is nothing to say about. */
  readonly since: string | null;
  /** Node ids of those whose command was taken, newest last. */
  readonly handled: readonly string[];
}

export const noCommentsSeen: CommentsSeen = { since: null, handled: [] };
