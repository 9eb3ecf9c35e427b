import { MAX_WAITING, withMessage } from '../conversation.ts';
import { withConversation, type IssueState } from '../issue-state.ts';
import { formatIssue } from '../issue.ts';
import { beginTurn, runningTrack } from '../progress/turn.ts';
import { refusal, type Command, type CommandEnvelope } from './command.ts';

const MAX_TEXT = 8_000;

export interface SteerArgs extends CommandEnvelope {
  readonly text: string;
}

/** Where nobody works at the moment, the author's next run is told. */
export const steer: Command<SteerArgs> = {
  description: 'Tell the agent something: it stops, its work is kept, and it goes on with your word. Fields: text, by',
  parse: (fields) => ({ ...fields.envelope('required'), text: fields.text('text', MAX_TEXT) }),
  refuse: ({ conversation, issue }) =>
    conversation.waiting.length < MAX_WAITING
      ? undefined
      : refusal(
          'NotApplicable',
          `${formatIssue(issue)}: ${MAX_WAITING} messages wait for the agent's next run already`,
          'have it run first: ghw issues plan or ghw issues implement',
        ),
  apply: (state, args, context) => {
    const { text, by } = args;
    const said = withMessage(state.conversation, { kind: 'steer', text, question: null, by, at: context.now });
    const told: IssueState = withConversation(state, said);
    const track = runningTrack(state);
    return track === null ? told : beginTurn(told, track);
  },
  detail: (args) => args.text.slice(0, 200),
};
