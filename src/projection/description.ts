import type { IssueComment } from '../domain/issue.ts';
import type { ProjectedFile } from './projected-file.ts';
import type { ProjectionInput } from './input.ts';
import { isoTime, plain, plainLine, withFrontMatter } from './markdown.ts';

/** `description.md`: the issue, once its text is known. */
export function descriptionFile(input: ProjectionInput): readonly ProjectedFile[] {
  const { listed, body, comments, gone } = input;
  if (listed === null || body === null) return [];
  const facts = {
    repository: input.nameWithOwner,
    number: input.number,
    title: plainLine(listed.title),
    state: gone === null ? listed.state : gone.how,
    ...(gone?.how === 'transferred' ? { transferred_to: `${gone.to.repository}#${String(gone.to.number)}` } : {}),
    labels: listed.labels,
    assignees: listed.assignees,
    milestone: listed.milestone,
    author: listed.author,
    url: listed.url,
    created_at: isoTime(listed.createdAt),
    updated_at: isoTime(listed.updatedAt),
    closed_at: listed.closedAt === null ? null : isoTime(listed.closedAt),
  };
  const text = [`# ${plainLine(listed.title)}`, '', plain(body).trim(), ...commentLines(comments)].join('\n');
  return [{ name: 'description.md', kind: 'markdown', text: withFrontMatter(facts, text) }];
}

function commentLines(comments: readonly IssueComment[] | null): readonly string[] {
  if (comments === null || comments.length === 0) return [];
  return [
    '',
    '---',
    '',
    '## Comments',
    ...comments.flatMap(({ author, createdAt, url, body }) => [
      '',
      `### ${plainLine(author ?? 'ghost')}, ${createdAt}`,
      '',
      `<${plainLine(url)}>`,
      '',
      plain(body).trim(),
    ]),
  ];
}
