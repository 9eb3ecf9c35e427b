import type { Command } from 'commander';
import { type Cli, group, leaf } from '../command.ts';
import type {
  ApproveOptions,
  DiffOptions,
  EditOptions,
  PlanReviewOptions,
  ReasonOptions,
  ReviseOptions,
} from '../actions/plans.ts';

const actions = () => import('../actions/plans.ts');
const ISSUE = '<issue...>';
const ISSUE_HELP = 'owner/repo 42, or owner/repo#42';
const NO_PAGER = ['--no-pager', 'print it at once, however long it is'] as const;
const BY = ['--by <name>', 'who answers for it (default: your user name)'] as const;

export function plansCommand(cli: Cli): Command {
  const plans = group('plans', 'Read, compare, approve, revise, edit and reject plans.');
  plans.addCommand(
    leaf<PlanReviewOptions>(cli, 'review', 'Show a plan; on a terminal, ask what to do with it.', async (...given) =>
      (await actions()).reviewPlan(...given),
    )
      .argument(ISSUE, ISSUE_HELP)
      .option('--plan-version <n>', 'an earlier version')
      .option(...NO_PAGER)
      .option(...BY),
  );
  plans.addCommand(
    leaf(cli, 'list', 'List the versions of a plan: who wrote them when.', async (...given) =>
      (await actions()).listPlans(...given),
    ).argument(ISSUE, ISSUE_HELP),
  );
  plans.addCommand(
    leaf<DiffOptions>(cli, 'diff', 'Show what changed between two versions of a plan.', async (...given) =>
      (await actions()).diffPlans(...given),
    )
      .argument(ISSUE, ISSUE_HELP)
      .option('--from <n>', 'the older version (default: the one before)')
      .option('--to <n>', 'the newer version (default: the newest)')
      .option(...NO_PAGER),
  );
  plans.addCommand(
    leaf<ApproveOptions>(cli, 'approve', 'Approve a plan, as it is now or as named.', async (...given) =>
      (await actions()).approvePlan(...given),
    )
      .argument(ISSUE, ISSUE_HELP)
      .option('--digest <digest>', 'the plan that was read; any other is refused')
      .option('--plan-version <n>', 'the version that was read; any other is refused')
      .option('--note <text>', 'kept with the approval')
      .option('--stale-ok', 'although the issue’s text has changed since')
      .option(...BY),
  );
  plans.addCommand(
    leaf<ReasonOptions>(cli, 'unapprove', 'Take an approval back; running work stops and is kept.', async (...given) =>
      (await actions()).unapprovePlan(...given),
    )
      .argument(ISSUE, ISSUE_HELP)
      .option('--reason <text>', 'why, for the audit')
      .option(...BY),
  );
  plans.addCommand(
    leaf<ReviseOptions>(cli, 'revise', 'Have a plan rewritten with feedback, in the same session.', async (...given) =>
      (await actions()).revisePlan(...given),
    )
      .argument(ISSUE, ISSUE_HELP)
      .option('--feedback <text>', 'what to change')
      .option('--file <file>', 'read the feedback from a file, or - for standard input')
      .option('--no-wait', 'do not wait for the plan')
      .option(...BY),
  );
  plans.addCommand(
    leaf<EditOptions>(cli, 'edit', 'Replace a plan by a text of your own: the next version.', async (...given) =>
      (await actions()).editPlan(...given),
    )
      .argument(ISSUE, ISSUE_HELP)
      .option('--file <file>', 'read the text from a file, or - for standard input; else $EDITOR opens')
      .option(...BY),
  );
  plans.addCommand(
    leaf<ReasonOptions>(cli, 'reject', 'Reject a plan.', async (...given) => (await actions()).rejectPlan(...given))
      .argument(ISSUE, ISSUE_HELP)
      .requiredOption('--reason <text>', 'why, for the audit')
      .option(...BY),
  );
  return plans;
}
