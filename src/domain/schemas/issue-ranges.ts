import { GhwError } from '../errors.ts';
import { isIssueNumber } from '../repository-name.ts';

/** First and last number. */
export type IssueRange = readonly [number, number];

/** No list of issues that anyone writes by hand is longer. */
const MAX_RANGES = 100;

/** True for a text that is meant as issue numbers, right or wrong: `42`, `1-10,42`, `#7`. */
export function looksLikeRanges(text: string): boolean {
  return /^#?\d[\d,#\s-]*$/.test(text);
}

/**
 * Reads issue numbers and ranges: `42`, `1-10`, `1-10,42`. Ranges that overlap become one, in rising order.
 *
 * @throws GhwError `InvalidInput`, which names the part that is wrong
 */
export function parseIssueRanges(text: string): readonly IssueRange[] {
  const parts = text.split(',');
  if (parts.length > MAX_RANGES) {
    throw invalid(text, `names more than ${String(MAX_RANGES)} issues and ranges`);
  }
  return joined(parts.map((part) => parseRange(part.trim(), text)));
}

function parseRange(part: string, text: string): IssueRange {
  if (part === '') throw invalid(text, 'has nothing before or after a comma');
  const [, first = '', last = first] = /^#?(\d{1,10})(?:-#?(\d{1,10}))?$/.exec(part) ?? [];
  const place = part === text ? '' : `in ${JSON.stringify(text)} `;
  if (first === '') throw invalid(part, `${place}is neither an issue number nor a range`);
  const range: IssueRange = [Number(first), Number(last)];
  if (!range.every(isIssueNumber)) throw invalid(part, `${place}is no issue number: those are 1 to 2147483647`);
  if (range[0] > range[1]) throw invalid(part, `${place}runs backwards`);
  return range;
}

function joined(ranges: readonly IssueRange[]): readonly IssueRange[] {
  const rising = [...ranges].sort(([a], [b]) => a - b);
  const result: IssueRange[] = [];
  for (const [first, last] of rising) {
    const before = result.at(-1);
    if (before && first <= before[1] + 1) result[result.length - 1] = [before[0], Math.max(before[1], last)];
    else result.push([first, last]);
  }
  return result;
}

function invalid(text: string, what: string): GhwError {
  return new GhwError('InvalidInput', `${JSON.stringify(text)} ${what}.`, {
    hint: 'Write issue numbers as 42, ranges as 1-10, several as 1-10,42.',
  });
}
