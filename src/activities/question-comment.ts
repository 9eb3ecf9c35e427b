import { escapeMarkdown } from '../domain/describe.ts';
import { harmless } from '../domain/harmless.ts';
import type { Question } from '../domain/question.ts';
import type { QuestionInput } from './types.ts';

/** What begins a question's comment, and finds it again. */
export function questionMarker({ askedAt, id }: Question): string {
  // A later workflow of the issue counts from one again.
  return `<!-- gh-worker:question ${id} ${askedAt} -->`;
}

/** The comment that asks a question, and later shows what came of it. Only who is assigned is mentioned. */
export function questionComment(input: QuestionInput): string {
  const { assignees, question } = input;
  const { agent, context, id, options, text, track } = question;
  const isOpen = question.resolution === null;
  const mentioned = isOpen ? assignees.map((login) => `@${login} `).join('') : '';
  const doing = track === 'plan' ? 'writing the plan' : 'implementing';
  return [
    `### Question \`${id}\`${isOpen ? '' : ` (${endOf(question)})`}`,
    '',
    `${mentioned}${escapeMarkdown(agent)} asks while ${doing}:`,
    '',
    quoted(text),
    ...(context === null ? [] : ['', quoted(context)]),
    ...(options.length === 0 ? [] : ['', ...options.map((option, index) => `${index + 1}. ${harmless(option)}`)]),
    '',
    isOpen ? howTo(input) : outcome(question),
  ].join('\n');
}

function quoted(text: string): string {
  return harmless(text)
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
}

function howTo({ commentCommands, issue, question }: QuestionInput): string {
  const { expiresAt, type } = question;
  const value = type === 'yes_no' ? 'yes' : type === 'choice' ? '1' : '…';
  const command = `\`ghw issues answer ${issue.repository}#${issue.number} "${value}"\``;
  const comment = commentCommands ? `a comment that begins with \`/answer ${value}\`, or ` : '';
  const until = expiresAt === null ? '' : ` It waits until ${expiresAt.slice(0, 16).replace('T', ' ')} UTC.`;
  return `Answer with ${comment}${command}. The first answer counts.${until}`;
}

function endOf({ resolution }: Question): string {
  switch (resolution?.how) {
    case 'answered':
      return `answered by ${escapeMarkdown(resolution.by)}`;
    case 'assumed':
    case 'expired':
      return 'not answered in time';
    case 'withdrawn':
    case undefined:
      return 'no longer asked';
  }
}

function outcome({ resolution }: Question): string {
  switch (resolution?.how) {
    case 'answered':
      return `Answer:\n\n${quoted(resolution.text)}`;
    case 'assumed':
      return 'Nobody answered in time; the agent goes on with the most reasonable assumption and writes it down.';
    case 'expired':
      return 'Nobody answered in time, and the work has failed. Start it again once you can say more.';
    case 'withdrawn':
    case undefined:
      return 'The work that it was about was stopped or is done anew.';
  }
}
