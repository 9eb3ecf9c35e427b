import type { GitHub } from '../github/github.ts';
import type { PublishedComment } from './types.ts';

/**
 * Posts a comment once and edits it ever after. It is found by its marker among the comments of our own identity, so a
 * marker that someone else writes counts for nothing; and by the beginning of the comment, because our identity may be a
 * person's, who quotes what we wrote. A worker that died after posting finds what it posted.
 */
export async function postOwnComment(
  github: GitHub,
  options: { readonly subjectId: string; readonly marker: string; readonly body: string },
): Promise<PublishedComment> {
  const body = `${options.marker}\n${options.body}`;
  const comments = await github.ownComments(options.subjectId, options.marker);
  const existing = comments.find((comment) => comment.body.startsWith(options.marker));
  if (!existing) return github.addComment(options.subjectId, body);
  if (existing.body === body) return existing;
  return github.updateComment(existing.id, body);
}
