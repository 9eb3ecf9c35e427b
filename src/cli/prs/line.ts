import { ownIssueOf } from '../../domain/pull-request/identity.ts';
import { phaseOfPullRequest, type PullRequestPhase } from '../../domain/pull-request/phase.ts';
import type { LedgerPullRequest } from '../../ledger/pull-request-ledger.ts';
import type { ChecksWord, PrSortKey } from './choices.ts';

/** A pull request as lists show it. */
export interface PrLine extends Omit<LedgerPullRequest, 'ledgerId' | 'registeredName'> {
  readonly phase: PullRequestPhase;
  readonly checks: ChecksWord;
  /** The issue whose work it is; null if it is not one of ours. */
  readonly issue: number | null;
}

export function prLine({ ledgerId: _ledgerId, registeredName: _name, ...pull }: LedgerPullRequest): PrLine {
  return { ...pull, phase: phaseOfPullRequest(pull), checks: checksOf(pull), issue: ownIssueOf(pull, pull.repository) };
}

function checksOf({ counts, rollup }: Pick<LedgerPullRequest, 'counts' | 'rollup'>): ChecksWord {
  if (rollup === 'failure' || rollup === 'error') return 'failed';
  if (rollup === 'pending' || rollup === 'expected' || (counts?.pending ?? 0) > 0) return 'running';
  return rollup === 'success' ? 'passed' : 'none';
}

/** All of its checks in a few characters: `2/3 passed`. */
export function checksText({ checks, counts }: Pick<PrLine, 'checks' | 'counts'>): string {
  if (checks === 'none' || counts === null) return checks === 'none' ? '' : checks;
  if (checks === 'failed') return `${String(counts.failed)} failed`;
  return checks === 'passed' ? 'passed' : `${String(counts.total - counts.pending)}/${String(counts.total)} done`;
}

type Compare = (a: PrLine, b: PrLine) => number;

const compare: Record<PrSortKey, Compare> = {
  number: () => 0,
  // Newest first, as people look for it.
  updated: (a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt),
  created: (a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt),
  title: (a, b) => a.title.localeCompare(b.title, 'en'),
  author: (a, b) => a.author.localeCompare(b.author, 'en'),
  checks: (a, b) => urgency(a.checks) - urgency(b.checks),
};

/** Failed ones first. */
function urgency(word: ChecksWord): number {
  return ['failed', 'running', 'none', 'passed'].indexOf(word);
}

/** Sorted; among equals by repository and number. */
export function sortPrLines(lines: readonly PrLine[], key: PrSortKey, reverse: boolean): readonly PrLine[] {
  const sorted = [...lines].sort(
    (a, b) =>
      compare[key](a, b) ||
      a.repository.toLowerCase().localeCompare(b.repository.toLowerCase(), 'en') ||
      a.number - b.number,
  );
  return reverse ? sorted.reverse() : sorted;
}
