import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { startLocalGitHub, type LocalGitHub } from './local-github.ts';
import type { IssueSeed, RepositorySeed, TokenSeed, UserSeed } from './seed/foundations.ts';

/** The file of `--seed`: what the server starts with. What is there already stays as it is. */
interface SeedFile {
  readonly users?: readonly (string | UserSeed)[];
  readonly tokens?: readonly TokenSeed[];
  readonly repositories?: readonly (RepositorySeed & { readonly issues?: readonly IssueSeed[] })[];
}

const usage = `Usage: main.js --data <directory> [--port <number>] [--seed <file.json>]

Runs a local GitHub on 127.0.0.1 until it gets SIGTERM or SIGINT. Prints one line of JSON once it listens:
  {"url":…,"graphqlUrl":…,"gitUrl":…,"pid":…}
`;

async function sow(github: LocalGitHub, file: SeedFile): Promise<void> {
  for (const user of file.users ?? []) github.seed.addUser(user);
  for (const token of file.tokens ?? []) github.seed.addToken(token);
  for (const { issues = [], ...repository } of file.repositories ?? []) {
    if (github.hasRepository(`${repository.owner}/${repository.name}`)) continue;
    const { nameWithOwner } = await github.seed.addRepository(repository);
    for (const issue of issues) github.seed.addIssue(nameWithOwner, issue);
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      data: { type: 'string' },
      seed: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true || values.data === undefined) {
    process.stdout.write(usage);
    process.exitCode = values.help === true ? 0 : 2;
    return;
  }
  const github = await startLocalGitHub({ port: Number(values.port ?? 0), dataDirectory: values.data });
  let stopping: Promise<void> | undefined;
  // Not `once`: the library that writes the state ends the process by a signal for which nobody listens any more.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void (stopping ??= github.stop()));
  if (values.seed !== undefined) await sow(github, JSON.parse(await readFile(values.seed, 'utf8')) as SeedFile);
  const { url, graphqlUrl, gitUrl } = github;
  process.stdout.write(`${JSON.stringify({ url, graphqlUrl, gitUrl, pid: process.pid })}\n`);
}

await main();
