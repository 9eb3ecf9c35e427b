import type { Progress } from '../client/follow.ts';
import { type IssueRef, formatIssue } from '../domain/issue.ts';
import { stateLine } from './describe.ts';
import type { Io } from './io.ts';
import { createLiveLine } from './live-line.ts';
import { formatUsd } from './text.ts';

/** Shows what several issues do, in one line of a terminal, or as a line per change. */
export interface Board {
  update(issue: IssueRef, progress: Progress): void;
  /** Takes an issue off, since it is at rest. */
  done(issue: IssueRef): void;
  clear(): void;
}

export function createBoard(io: Io): Board {
  const line = createLiveLine(io);
  const startedAt = Date.now();
  const texts = new Map<string, { readonly steady: string; readonly text: string }>();
  const show = (news: string | undefined): void => {
    const shown = [...texts.values()].map(({ text }) => text).join(' | ');
    if (shown !== '') line.show(`${formatElapsed(Date.now() - startedAt)} ${shown}`, news);
  };
  return {
    update(issue, progress) {
      const name = formatIssue(issue);
      const steady = `${name}: ${steadyText(progress)}`;
      const isNews = texts.get(name)?.steady !== steady;
      texts.set(name, { steady, text: [steady, ...movingTexts(progress)].join(' · ') });
      show(isNews ? steady : undefined);
    },
    done(issue) {
      texts.delete(formatIssue(issue));
      line.clear();
      show(undefined);
    },
    clear: () => {
      line.clear();
    },
  };
}

function steadyText({ summary, status, step }: Progress): string {
  const state = summary === undefined ? 'asked for' : stateLine(summary);
  if (status === 'no_worker') return `${state}, no worker answers (it goes on when one starts)`;
  if (status === 'waiting_for_slot') return `${state}, waiting for a free worker`;
  if (status === 'waiting_to_retry') {
    return `${state}, attempt ${String(step?.attempt)} comes next: ${(step?.lastFailure ?? '').slice(0, 200)}`;
  }
  return state;
}

function movingTexts({ summary, step }: Progress): readonly string[] {
  const { agent, doing } = step?.details ?? {};
  return [
    typeof agent === 'string' ? agent : '',
    typeof doing === 'string' ? doing.slice(0, 60) : '',
    summary !== undefined && summary.costUsd > 0 ? formatUsd(summary.costUsd) : '',
  ].filter((text) => text !== '');
}

/** `0:07`, `12:03`, `1:02:03`. */
function formatElapsed(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, '0'));
  const hours = Math.floor(seconds / 3600);
  return hours > 0 ? `${String(hours)}:${parts.join(':')}` : parts.join(':').replace(/^0/, '');
}
