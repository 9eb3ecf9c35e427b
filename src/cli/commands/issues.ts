import type { Command } from 'commander';
import { type Cli, collect, group, leaf } from '../command.ts';
import type { ExportOptions } from '../actions/export-issues.ts';
import type { ControlOptions, ImplementOptions, PlanOptions, ReviewOptions, SyncOptions } from '../actions/issues.ts';
import { talkCommands } from './talk.ts';
import { listIssuesCommand } from './list-issues.ts';

const actions = () => import('../actions/issues.ts');
const ISSUES = '<issues...>';
const ISSUES_HELP = 'owner/repo 42 43, or owner/repo#42; a number alone where one repository is configured';

export function issuesCommand(cli: Cli): Command {
  const issues = group('issues', 'Sync, list, plan, implement and review issues.');
  issues.addCommand(
    leaf<SyncOptions>(cli, 'sync', 'Read issues from GitHub.', async (context, options, words) =>
      (await actions()).syncIssues(context, options, words),
    )
      .argument('[targets...]', `repositories, or ${ISSUES_HELP}; all configured repositories if absent`)
      .option('--since <when>', 'only issues updated since: 7d, 12h, 2026-01-31')
      .option('--state <state>', 'only open or closed issues (default: all)')
      .option('--label <label>', "only issues with this label, or without it: '!label' (may be repeated)", collect)
      .option('--assignee <login>', 'only issues assigned to this login; @me is the worker’s own')
      .option('--search <text>', 'only issues that GitHub’s search finds')
      .option('--all', 'read every issue again, also what did not change'),
  );
  issues.addCommand(listIssuesCommand(cli));
  issues.addCommand(
    leaf(cli, 'show', 'Show all that is known of an issue: state, plans, runs, history.', async (...given) =>
      (await import('../actions/show-issue.ts')).showIssue(...given),
    ).argument('<issue...>', '42, owner/repo 42, owner/repo#42, or its address'),
  );
  issues.addCommand(
    withAgent(
      leaf<PlanOptions>(cli, 'plan', 'Have plans written.', async (context, options, words) =>
        (await actions()).planIssues(context, options, words),
      ).argument(ISSUES, ISSUES_HELP),
    )
      .option('--force', 'plan anew although a plan waits for review')
      .option('--guidance <text>', 'what the agent should mind')
      .option('--no-wait', 'do not wait for the plans'),
  );
  issues.addCommand(
    withAgent(
      leaf<ImplementOptions>(cli, 'implement', 'Have approved plans implemented.', async (context, options, words) =>
        (await actions()).implementIssues(context, options, words),
      ).argument(ISSUES, ISSUES_HELP),
    )
      .option('--force', 'try again after a failure; never stands in for an approval')
      .option('--push', 'push the branch')
      .option('--no-push', 'keep the change here')
      .option('--pr', 'open a pull request')
      .option('--no-pr', 'open no pull request')
      .option('--no-wait', 'do not wait for the implementations'),
  );
  issues.addCommand(
    withAgent(
      leaf<ReviewOptions>(cli, 'review', 'Have implementations reviewed.', async (context, options, words) =>
        (await actions()).reviewIssues(context, options, words),
      ).argument(ISSUES, ISSUES_HELP),
    ).option('--no-wait', 'do not wait for the reviews'),
  );
  issues.addCommand(
    leaf(cli, 'follow', 'Wait for what is being done, and tell how it went.', async (context, _, words) =>
      (await actions()).followTrackedIssues(context, words),
    ).argument(ISSUES, ISSUES_HELP),
  );
  issues.addCommand(
    leaf<ExportOptions>(
      cli,
      'export',
      'Write the files about issues anew, from the ledger and live workflows.',
      async (...given) => (await import('../actions/export-issues.ts')).exportIssues(...given),
    )
      .argument('[targets...]', `repositories, or ${ISSUES_HELP}; all configured repositories if absent`)
      .option('--check', 'only say which files are missing, broken or out of date'),
  );
  for (const command of talkCommands(cli)) issues.addCommand(command);
  const controls = {
    pause: 'Stop after saving the work; `resume` goes on in the same session.',
    resume: 'Go on after a pause, or after a run that stopped at a limit.',
    cancel: 'Stop what is running; its work is kept.',
  } as const;
  for (const [name, description] of Object.entries(controls) as [keyof typeof controls, string][]) {
    issues.addCommand(
      leaf<ControlOptions>(cli, name, description, async (context, options, words) =>
        (await actions()).controlIssues(context, name, options, words),
      )
        .argument(ISSUES, ISSUES_HELP)
        .option('--reason <text>', 'why, for the audit')
        .option('--by <name>', 'who asks (default: your user name)'),
    );
  }
  return issues;
}

function withAgent(command: Command): Command {
  return command
    .option('--agent <name>', 'the agent to use')
    .option('--model <name>', 'the model to use')
    .option('--by <name>', 'who asks (default: your user name)');
}
