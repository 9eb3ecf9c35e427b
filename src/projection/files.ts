import { isoTime } from './markdown.ts';
import { planFiles } from './plan-files.ts';
import { descriptionFile } from './description.ts';
import type { ProjectionInput } from './input.ts';
import type { ProjectedFile } from './projected-file.ts';
import { reviewFile } from './review.ts';

/** Says until when an issue, or a repository, is shown; written last. */
export const UPDATED_AT = '.updated-at';

/**
 * The files of one issue, in the order in which they are written. A file of which nothing is known is not among them.
 * The same input gives the same files.
 */
export function projectIssue(input: ProjectionInput): readonly ProjectedFile[] {
  return [
    ...descriptionFile(input),
    ...planFiles(input),
    ...reviewFile(input),
    ...(input.at === null ? [] : [updatedAtFile(input.at)]),
  ];
}

/** The file that says until when something is shown. */
export function updatedAtFile(at: string): ProjectedFile {
  return { name: UPDATED_AT, kind: 'time', text: `${isoTime(at)}\n` };
}

/** True if a file of this name is one that we write: such a file is ours to replace. */
export function isOurs(name: string): boolean {
  return /^(?:description\.md|review\.md|\.updated-at|plan-[0-9A-Za-z-]+\.md|\.plan-[0-9A-Za-z-]+\.yaml)$/.test(name);
}
