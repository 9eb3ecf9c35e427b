import { copyFile } from 'node:fs/promises';
import { stringify } from 'yaml';
import { readDocument } from '../../config/document.ts';
import { writeConfigFile } from '../../config/file.ts';
import { defaultDataPath, locateConfig } from '../../config/location.ts';
import { GhwError } from '../../domain/errors.ts';
import { agentInput, lineInput, parseInput, repositoryInput } from '../../domain/schemas/input.ts';
import type { CommandContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { addRepositories } from './repositories.ts';

export interface InitOptions {
  readonly issuesPath?: string;
  readonly dataPath?: string;
  readonly agent?: string;
  readonly repository?: readonly string[];
  readonly tokenFile?: string;
  readonly verify: boolean;
  readonly yes?: boolean;
  readonly force?: boolean;
}

interface Answers {
  readonly dataPath: string;
  readonly issuesPath: string;
  readonly agent: string;
  readonly tokenFile: string | null;
  readonly repositories: readonly string[];
}

/** Writes a first configuration and says what comes next. Never takes the place of one that is there unasked. */
export async function init(context: CommandContext, options: InitOptions): Promise<void> {
  const { path } = locateConfig(context.configOptions);
  const isAsking = context.interactive && options.yes !== true;
  const { exists } = await readDocument(path);
  if (exists && options.force !== true && !(isAsking && (await mayReplace(path)))) {
    throw new GhwError('NotApplicable', `${path} is there already; nothing was changed.`, {
      hint: 'Change it with `ghw config set`, or replace it with --force (the old file is kept as config.yaml.bak).',
    });
  }
  const defaults = fromOptions(context, options);
  const answers = isAsking ? await ask(defaults) : defaults;
  if (exists) await copyFile(path, `${path}.bak`);
  await writeConfigFile(path, template(answers));
  context.out.note(`Wrote ${path}.${exists ? ` The old file is ${path}.bak.` : ''}`);
  if (answers.repositories.length > 0) {
    await addRepositories(context, { verify: options.verify }, answers.repositories);
  } else {
    context.out.data({ path, next: 'ghw repositories add owner/repo' }, () => 'Next: ghw repositories add owner/repo');
  }
  context.out.note('Then: ghw doctor checks everything, ghw up runs Temporal and a worker.');
  context.exitCode = exitCodes.ok;
}

async function mayReplace(path: string): Promise<boolean> {
  return (await import('../prompts.ts')).confirmed(`${path} is there already. Replace it?`);
}

function fromOptions(context: CommandContext, options: InitOptions): Answers {
  const dataPath = options.dataPath ?? defaultDataPath(context.io.env);
  return {
    dataPath: parseInput(lineInput, dataPath, 'The data path'),
    issuesPath: parseInput(lineInput, options.issuesPath ?? `${dataPath}/issues`, 'The issues path'),
    agent: parseInput(agentInput, options.agent ?? 'claude-code', 'The agent'),
    tokenFile: options.tokenFile === undefined ? null : parseInput(lineInput, options.tokenFile, 'The token file'),
    repositories: (options.repository ?? []).map((name) => parseInput(repositoryInput, name, 'A repository')),
  };
}

async function ask(defaults: Answers): Promise<Answers> {
  const { chosen, written } = await import('../prompts.ts');
  const issuesPath = await written('Where shall files about issues be kept?', {
    initial: defaults.issuesPath,
    required: true,
    check: (text) => parseInput(lineInput, text, 'It'),
  });
  const agent = await chosen('Which agent shall do the work?', [
    { value: 'claude-code', label: 'Claude Code', hint: 'needs a model key; ghw doctor says how' },
    { value: 'scripted', label: 'scripted', hint: 'plays a file; for trying things out' },
  ]);
  const tokenFile = await written('A file with your GitHub token (empty: GITHUB_TOKEN, or the login of gh)', {
    initial: defaults.tokenFile ?? '',
  });
  const repositories = await written('Which repositories? (owner/repo, several with spaces; empty for later)', {
    initial: defaults.repositories.join(' '),
    placeholder: 'octo/hello',
    check: namesIn,
  });
  return {
    ...defaults,
    issuesPath: parseInput(lineInput, issuesPath, 'The issues path'),
    agent,
    tokenFile: tokenFile.trim() === '' ? null : tokenFile.trim(),
    repositories: namesIn(repositories),
  };
}

function namesIn(text: string): readonly string[] {
  return text
    .split(/[\s,]+/)
    .filter((name) => name !== '')
    .map((name) => parseInput(repositoryInput, name, 'A repository'));
}

function template({ dataPath, issuesPath, agent, tokenFile }: Answers): string {
  const value = (text: string): string => stringify(text, { lineWidth: 0 }).trimEnd();
  return `# The configuration of gh-worker. All keys with their values: ghw config list
# Change one: ghw config set <key> <value>. Values may name variables: \${HOME}, \${NAME:-default}
# Secrets have no place here: set GITHUB_TOKEN, log in with gh, or name a file (mode 0600) in github.token_file.

# Workspaces, artifacts and the embedded Temporal.
data_path: ${value(dataPath)}
# Files about issues, for people to read.
issues_path: ${value(issuesPath)}

agent:
  # Does the planning, the implementing and the reviewing.
  default: ${agent}
  # US dollars that one run may cost.
  budget_usd: 5

implement:
  # How far an implementation goes by itself: none, branch or pull_request.
  publish: pull_request
  draft: true
${tokenFile === null ? '' : `\ngithub:\n  token_file: ${value(tokenFile)}\n`}`;
}
