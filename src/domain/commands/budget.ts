import { withRaise } from '../budget.ts';
import { beginTurn } from '../progress/turn.ts';
import { isBudget } from '../limit.ts';
import { FieldProblem, type Command, type CommandEnvelope } from './command.ts';

/** A raise beyond it is a slip of the hand. */
const MAX_USD = 100_000;

export interface RaiseBudgetArgs extends CommandEnvelope {
  readonly usd: number;
}

export const raiseBudget: Command<RaiseBudgetArgs> = {
  description:
    'Add to what this issue may cost; work that stopped at a budget goes on in the same session. Fields: usd, by',
  parse: (fields) => {
    const envelope = fields.envelope('required');
    const usd = fields.number('usd');
    if (!(usd > 0 && usd <= MAX_USD)) throw new FieldProblem(`\`usd\` must be more than 0 and at most ${MAX_USD}`);
    return { ...envelope, usd };
  },
  refuse: () => undefined,
  apply: (state, args, context) => {
    const raised = { ...state, purse: withRaise(state.purse, { usd: args.usd, at: context.now }) };
    if (!state.stop || !isBudget(state.stop.kind)) return raised;
    // The configuration may have changed too.
    return beginTurn({ ...raised, stop: null, syncDue: true }, state.stop.track);
  },
  detail: (args) => `$${args.usd.toFixed(2)}`,
};
