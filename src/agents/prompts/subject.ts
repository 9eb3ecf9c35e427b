import { isRepositoryName } from '../../domain/repository-name.ts';

/** What a prompt asks for; the line `Task: …` at its head. */
export const promptTasks = {
  plan: 'plan an issue',
  revise_plan: 'revise the plan',
  implement: 'implement the plan',
  fix_validation: 'fix what validation found',
  address_review: 'address the review',
  review: 'review a change',
  continue: 'continue interrupted work',
  answer: 'go on with an answer',
  steer: 'go on with what the operator says',
} as const;
export type PromptTask = keyof typeof promptTasks;

/** What a prompt is about. */
export interface PromptSubject {
  readonly task: PromptTask;
  readonly repository: string;
  readonly number: number;
  readonly title: string;
}

/** The head of every prompt: the part that agents and people can rely on, before any untrusted text. */
export function promptHead(task: PromptTask, repository: string, number: number): string {
  return `Task: ${promptTasks[task]}\nRepository: ${repository}\nIssue: #${number.toString()}`;
}

/** Mark of the issue's title in a prompt. */
export const TITLE_LABEL = 'issue title';

/** Reads back what a prompt of ours is about; null for a text that has no such head. */
export function subjectOf(prompt: string): PromptSubject | null {
  const [taskLine = '', repositoryLine = '', issueLine = ''] = prompt.split('\n', 3);
  const task = (Object.keys(promptTasks) as PromptTask[]).find((name) => taskLine === `Task: ${promptTasks[name]}`);
  const repository = repositoryLine.slice('Repository: '.length);
  const number = /^Issue: #(\d{1,10})$/.exec(issueLine)?.[1];
  if (task === undefined || !isRepositoryName(repository) || number === undefined) return null;
  const title = new RegExp(`^<(data-[0-9a-f]{16}) what="${TITLE_LABEL}">\\n(.*)\\n</\\1>$`, 'm').exec(prompt)?.[2];
  return { task, repository, number: Number(number), title: title ?? '' };
}
