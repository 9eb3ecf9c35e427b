import type { Message } from '../../domain/conversation.ts';
import { MAX_ANSWER } from '../../domain/question.ts';
import { cutEnd, fence, withoutInvisible } from './fence.ts';

const MAX_DIFF_BYTES = 100_000;
const MAX_WORDS_BYTES = 4_000;

/** What people have to say, for the agent that goes on; empty where they have nothing. */
export function messagesText(messages: readonly Message[]): string {
  return messages.map(messageText).join('\n\n');
}

function messageText({ by, kind, question, text }: Message): string {
  switch (kind) {
    case 'answer':
      return `You asked:\n\n${asked(question)}\n\nA person (${fencedName(by)}) answers:\n\n${said('answer', text)}\n\nTake the answer into account and go on.`;
    case 'assume':
      return `You asked:\n\n${asked(question)}\n\nNobody answered in time. Take the most reasonable assumption, go on, and write the assumption down where a
reader of your work will see it.`;
    case 'steer':
      return `The operator (${fencedName(by)}) says, and it comes before what you had in mind:\n\n${said('operator', text)}`;
  }
}

/** A name is claimed by whoever sent the message. */
function fencedName(name: string): string {
  return name.replace(/[^\p{L}\p{N} ._@-]/gu, '').slice(0, 60);
}

function asked(question: string | null): string {
  return said('your question', question ?? '');
}

function said(what: string, text: string): string {
  return fence(what, cutEnd(withoutInvisible(text).trim(), MAX_ANSWER * 4));
}

/** What an agent should know whose earlier session is lost. */
export interface EarlierWork {
  readonly said: readonly Message[];
  /** The last words of that session; null where there were none. */
  readonly lastWords: string | null;
  /** What it had changed; null where that was nothing. */
  readonly diff: string | null;
}

/** What is left of a session that is lost, beside plan and files. */
export function earlierText({ diff, lastWords, said: earlier }: EarlierWork): string {
  const parts = [
    lastWords === null || lastWords.trim() === ''
      ? ''
      : `Its last words were:\n\n${fence('last words', cutEnd(withoutInvisible(lastWords), MAX_WORDS_BYTES))}`,
    diff === null || diff.trim() === ''
      ? ''
      : `What it had changed, and your working directory holds:\n\n${fence('diff so far', cutEnd(withoutInvisible(diff), MAX_DIFF_BYTES))}`,
    ...earlier.map(saidBefore),
  ].filter((part) => part !== '');
  const head = 'This work was begun in an earlier session that is lost.';
  return [head, ...parts].join('\n\n');
}

function saidBefore({ kind, question, text }: Message): string {
  switch (kind) {
    case 'answer':
      return `In it you asked:\n\n${asked(question)}\n\nand a person answered:\n\n${said('answer', text)}`;
    case 'assume':
      return `In it you asked, and nobody answered; an assumption was to be made:\n\n${asked(question)}`;
    case 'steer':
      return `In it the operator said:\n\n${said('operator', text)}`;
  }
}
