import type { Command } from 'commander';
import type { Cli } from './command.ts';

/** A command group as the program's help shows it; its code is loaded when it is used. */
export interface GroupEntry {
  readonly description: string;
  /** Of the section of the help that it stands in; absent for the first. */
  readonly heading?: string;
  /** Not for people. */
  readonly hidden?: boolean;
  readonly load: (cli: Cli) => Promise<Command>;
}

/** A command of `ghw issues`, at the top. */
function short(name: string): GroupEntry {
  return {
    description: `the same as ghw issues ${name}`,
    heading: 'Short forms:',
    load: async (cli) => {
      const { issuesCommand } = await import('./commands/issues.ts');
      const command = issuesCommand(cli).commands.find((candidate) => candidate.name() === name);
      if (command === undefined) throw new Error(`ghw issues has no ${name}`);
      return command;
    },
  };
}

/** All command groups, in the order in which a newcomer meets them. */
export const groups = {
  init: {
    description: 'set everything up, by a few questions',
    load: async (cli) => (await import('./commands/init.ts')).initCommand(cli),
  },
  status: {
    description: 'what runs, what waits for you, what failed, what it cost, and what to do next',
    load: async (cli) => (await import('./commands/status.ts')).statusCommand(cli),
  },
  config: {
    description: 'show and change the configuration',
    load: async (cli) => (await import('./commands/config.ts')).configCommand(cli),
  },
  repositories: {
    description: 'choose the repositories',
    load: async (cli) => (await import('./commands/repositories.ts')).repositoriesCommand(cli),
  },
  agents: {
    description: 'see, check, install and name the agents, and what came of them',
    load: async (cli) => (await import('./commands/agents.ts')).agentsCommand(cli),
  },
  issues: {
    description: 'sync, list, plan, implement and review issues',
    load: async (cli) => (await import('./commands/issues.ts')).issuesCommand(cli),
  },
  plans: {
    description: 'read, approve, revise, edit and reject plans',
    load: async (cli) => (await import('./commands/plans.ts')).plansCommand(cli),
  },
  implementations: {
    description: 'look at an implementation and publish it',
    load: async (cli) => (await import('./commands/implementations.ts')).implementationsCommand(cli),
  },
  prs: {
    description: 'see pull requests and their checks',
    load: async (cli) => (await import('./commands/prs.ts')).prsCommand(cli),
  },
  discovery: {
    description: 'look for new and changed pull requests, now or by a schedule',
    load: async (cli) => (await import('./commands/discovery.ts')).discoveryCommand(cli),
  },
  monitor: {
    description: 'watch an agent at work',
    load: async (cli) => (await import('./commands/monitor.ts')).monitorCommand(cli),
  },
  transcript: {
    description: 'read what agents did',
    load: async (cli) => (await import('./commands/transcript.ts')).transcriptCommand(cli),
  },
  open: {
    description: 'show an issue, its pull request, plan or workflow in the browser',
    load: async (cli) => (await import('./commands/open.ts')).openCommand(cli),
  },
  audit: {
    description: 'show who did what',
    load: async (cli) => (await import('./commands/audit.ts')).auditCommand(cli),
  },
  costs: {
    description: 'show what agents cost',
    load: async (cli) => (await import('./commands/costs.ts')).costsCommand(cli),
  },
  work: {
    description: 'work cycles: sync, plan, implement and review, once or by a schedule',
    load: async (cli) => (await import('./commands/work.ts')).workCommand(cli),
  },
  sync: short('sync'),
  list: short('list'),
  plan: short('plan'),
  implement: short('implement'),
  review: short('review'),
  up: {
    description: 'run Temporal and a worker here, in the foreground',
    load: async (cli) => (await import('./commands/up.ts')).upCommand(cli),
  },
  worker: {
    description: 'run a worker for a Temporal service that is there',
    load: async (cli) => (await import('./commands/worker.ts')).workerCommand(cli),
  },
  doctor: {
    description: 'check everything and say how to mend it',
    load: async (cli) => (await import('./commands/doctor.ts')).doctorCommand(cli),
  },
  demo: {
    description: 'take an issue from sync to pull request on this machine alone',
    load: async (cli) => (await import('./commands/demo.ts')).demoCommand(cli),
  },
  completion: {
    description: 'complete commands, repositories and issues in your shell',
    load: async (cli) => (await import('./commands/completion.ts')).completionCommand(cli),
  },
  __complete: {
    description: 'for the completion scripts',
    hidden: true,
    load: async (cli) => (await import('./commands/completion.ts')).completeCommand(cli),
  },
} as const satisfies Record<string, GroupEntry>;

/** True if `text` names a group. */
export function isGroupName(text: string): text is keyof typeof groups {
  return Object.hasOwn(groups, text);
}
