/**
 * A repository's `owner/repo` name, as GitHub writes it.
 *
 * GitHub's rules: an owner is 1-39 letters, digits and single inner hyphens
 * (managed accounts of an enterprise have an underscore); a repository is 1-100 of
 * `A-Za-z0-9._-` and neither `.` nor `..`. Names are compared without regard to case.
 */
const owner = /^[A-Za-z0-9](?:[-_]?[A-Za-z0-9]){0,38}$/;
const repository = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/;

/** True if `text` is an `owner/repo` name that GitHub could have given. */
export function isRepositoryName(text: unknown): text is string {
  if (typeof text !== 'string') return false;
  const parts = text.split('/');
  return parts.length === 2 && owner.test(parts[0] ?? '') && repository.test(parts[1] ?? '');
}

/** Splits `owner/repo`. The name must already have passed {@link isRepositoryName}. */
export function splitRepositoryName(nameWithOwner: string): { owner: string; name: string } {
  const [ownerPart = '', name = ''] = nameWithOwner.split('/');
  return { owner: ownerPart, name };
}

/** The form under which two spellings of one repository are equal; used in workflow ids and paths. */
export function canonicalRepositoryName(nameWithOwner: string): string {
  return nameWithOwner.toLowerCase();
}

/** True if `value` is an issue number: a positive integer that GitHub's 32-bit `Int` can hold. */
export function isIssueNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 2_147_483_647;
}
