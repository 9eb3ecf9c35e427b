import { openQuestion, withMessage } from '../conversation.ts';
import { withConversation, type IssueState } from '../issue-state.ts';
import { formatIssue } from '../issue.ts';
import { beginTurn } from '../progress/turn.ts';
import { answersOf, answerTo, MAX_ANSWER, type Question } from '../question.ts';
import { refusal, type Command, type CommandEnvelope, type Refusal } from './command.ts';

export interface AnswerArgs extends CommandEnvelope {
  /** Null for the one that is open. */
  readonly questionId: string | null;
  readonly text: string;
}

/** Why there is nothing to answer. */
function noQuestion(state: IssueState, { questionId }: AnswerArgs): Refusal {
  const where = formatIssue(state.issue);
  const { question } = state.conversation;
  if (!question) return refusal('NotApplicable', `${where}: no agent has asked anything`);
  if (questionId !== null && questionId !== question.id) {
    return refusal('NotApplicable', `${where}: there is no question ${questionId}; the newest was ${question.id}`);
  }
  return refusal('NotApplicable', `${where}: question ${question.id} is over: ${endOf(question)}`, hintFor(question));
}

function endOf({ resolution }: Question): string {
  switch (resolution?.how) {
    case 'answered':
      return `${resolution.by} answered it at ${resolution.at}`;
    case 'assumed':
      return `nobody answered in time, and the agent made an assumption at ${resolution.at}`;
    case 'expired':
      return `nobody answered in time, and the work failed at ${resolution.at}`;
    case 'withdrawn':
    case undefined:
      return 'its work was stopped or done anew';
  }
}

function hintFor({ resolution, track }: Question): string {
  if (resolution?.how === 'expired') {
    const again = track === 'plan' ? 'ghw issues plan' : 'ghw issues implement --force';
    return `say it with ghw issues steer, and try again: ${again}`;
  }
  return 'tell the agent more with ghw issues steer';
}

export const answer: Command<AnswerArgs> = {
  description: 'Answer the question that an agent asked. Fields: questionId?, text, by',
  parse: (fields) => ({
    ...fields.envelope('required'),
    questionId: fields.optionalText('questionId', 40),
    text: fields.text('text', MAX_ANSWER),
  }),
  refuse: (state, args) => {
    const question = openQuestion(state.conversation);
    if (!question || (args.questionId !== null && args.questionId !== question.id)) return noQuestion(state, args);
    if (answerTo(question, args.text) !== null) return undefined;
    const where = formatIssue(state.issue);
    return refusal('InvalidInput', `${where}: that does not answer ${question.id}; it takes ${answersOf(question)}`);
  },
  apply: (state, args, context) => {
    const question = openQuestion(state.conversation);
    if (!question) return state;
    const text = answerTo(question, args.text) ?? args.text;
    const { now: at, door } = context;
    const resolution = { how: 'answered', text, by: args.by, door, at } as const;
    const said = withMessage(state.conversation, { kind: 'answer', text, question: question.text, by: args.by, at });
    // The wait may have been long: the issue is read again before the agent goes on.
    return beginTurn(
      { ...withConversation(state, { ...said, question: { ...question, resolution } }), syncDue: true },
      question.track,
    );
  },
  detail: ({ questionId, text }) => `${questionId ?? 'the open question'}: ${text.slice(0, 200)}`,
};
