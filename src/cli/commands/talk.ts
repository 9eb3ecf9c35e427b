import type { Command } from 'commander';
import type { AnswerOptions, BudgetOptions, SteerOptions } from '../actions/talk.ts';
import { type Cli, leaf } from '../command.ts';

const actions = () => import('../actions/talk.ts');
const ISSUES = '[issues...]';
const ISSUE = 'owner/repo#42; a number alone where one repository is configured';
const BY = ['--by <name>', 'who says so (default: your user name)'] as const;

/** What is said to an agent, and what it may cost. */
export function talkCommands(cli: Cli): readonly Command[] {
  return [
    leaf(cli, 'questions', 'Show the questions of agents that wait for an answer.', async (context, _, words) =>
      (await actions()).showQuestions(context, words),
    ).argument(ISSUES, 'owner/repo 42 43, or owner/repo#42; all issues if absent'),
    leaf<AnswerOptions>(cli, 'answer', 'Answer the question that an agent asked.', async (context, options, words) =>
      (await actions()).answerQuestion(context, options, words),
    )
      .argument('<issue>', ISSUE)
      .argument('[answer...]', 'any text, yes or no, or of a choice the option or its number')
      .option('--question <id>', 'the question that was read; any other is refused')
      .option('--file <file>', 'the answer is in a file; - for standard input')
      .option(...BY),
    leaf<SteerOptions>(
      cli,
      'steer',
      'Tell the agent something: it stops, its work is kept, and it goes on with your word.',
      async (context, options, words) => (await actions()).steerAgent(context, options, words),
    )
      .argument('<issue>', ISSUE)
      .argument('[message...]', 'what the agent should mind, such as "use the existing parser"')
      .option('--file <file>', 'the message is in a file; - for standard input')
      .option(...BY),
    leaf<BudgetOptions>(
      cli,
      'budget',
      'Show what an issue may cost and has cost; raise it.',
      async (context, options, words) => (await actions()).issueBudget(context, options, words),
    )
      .argument('<issue...>', 'owner/repo 42, or owner/repo#42')
      .option('--raise <usd>', 'add so many US dollars; work that stopped at a budget goes on')
      .option(...BY),
  ];
}
