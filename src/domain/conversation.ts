import type { Question } from './question.ts';

/** Something that a person, or a policy in their place, has to say to the author. */
export interface Message {
  /** Counted over the life. */
  readonly id: number;
  readonly kind: 'answer' | 'assume' | 'steer';
  /** Empty for `assume`. */
  readonly text: string;
  /** What was asked; null for `steer`. */
  readonly question: string | null;
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

/** What people and the author say to one another beside plan and code. */
export interface Conversation {
  /** Questions asked in the life. */
  readonly asked: number;
  /** Of them, in one piece of work. */
  readonly rounds: { readonly of: string; readonly count: number };
  /** The newest, open or not. */
  readonly question: Question | null;
  /** The comment that shows it. */
  readonly comment: QuestionComment | null;
  /** Not given to an agent yet, oldest first. */
  readonly waiting: readonly Message[];
  /** Given, the newest: for a session that has to begin anew. */
  readonly said: readonly Message[];
  readonly messages: number;
  /** Counts what made the author stop and begin another turn: no two turns have the same key. */
  readonly turn: number;
}

/** A question on GitHub. */
export interface QuestionComment {
  readonly questionId: string;
  /** When it was posted, by GitHub's clock; null where it could not be. */
  readonly at: string | null;
  /** What it shows; see {@link questionCommentKey}. */
  readonly key: string;
}

export const noConversation: Conversation = {
  asked: 0,
  rounds: { of: '', count: 0 },
  question: null,
  comment: null,
  waiting: [],
  said: [],
  messages: 0,
  turn: 0,
};

/** More are refused: an agent should not have to read a book. */
export const MAX_WAITING = 20;
const MAX_SAID = 10;

/** The question that waits for an answer. */
export function openQuestion({ question }: Conversation): Question | null {
  return question?.resolution === null ? question : null;
}

/** Names what the question's comment should show now; null while there is nothing to show. */
export function questionCommentKey({ comment, question }: Conversation): string | null {
  if (!question) return null;
  // What was over before anybody could read it needs no comment.
  if (question.resolution && comment?.questionId !== question.id) return null;
  return `${question.id}:${question.resolution?.how ?? 'open'}`;
}

/** Adds something to say. */
export function withMessage(conversation: Conversation, message: Omit<Message, 'id'>): Conversation {
  const id = conversation.messages + 1;
  return { ...conversation, messages: id, waiting: [...conversation.waiting, { ...message, id }] };
}

/** The agent was told these; its session holds them. */
export function withMessagesGiven(conversation: Conversation, given: readonly Message[]): Conversation {
  if (given.length === 0) return conversation;
  const ids = new Set(given.map(({ id }) => id));
  return {
    ...conversation,
    waiting: conversation.waiting.filter(({ id }) => !ids.has(id)),
    said: [...conversation.said, ...conversation.waiting.filter(({ id }) => ids.has(id))].slice(-MAX_SAID),
  };
}
