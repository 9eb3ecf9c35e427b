import type { GitHub } from '../github/github.ts';
import type { PublishedComment } from './types.ts';

/**
 * Posts a comment once and edits it ever after. It is found by its marker among the comments of our own identity, so a
 * marker that someone else writes counts for nothing, and a worker that died after posting finds what it posted.
 */
export async function postOwnComment(
  github: GitHub,
  options: { readonly subjectId: string; readonly marker: string; readonly body: string },
): Promise<PublishedComment> {
  const body = `${options.marker}\n${options.body}`;
  const [existing] = await github.ownComments(options.subjectId, options.marker);
  if (!existing) return github.addComment(options.subjectId, body);
  if (existing.body === body) return existing;
  return github.updateComment(existing.id, body);
}
