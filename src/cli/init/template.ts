import { stringify } from 'yaml';
import { type Answers, isDefaultApiUrl } from './answers.ts';

/** The first configuration, with comments that lead on. */
export function configText(answers: Answers): string {
  const { dataPath, issuesPath, repositoryPath, agent, apiKeyEnv, apiUrl, tokenFile, repositories } = answers;
  const github = {
    ...(isDefaultApiUrl(apiUrl) ? {} : { api_url: apiUrl }),
    ...(tokenFile === null ? {} : { token_file: tokenFile }),
  };
  const sections = [
    `# The configuration of gh-worker. All keys with their values: ghw config list
# Change one: ghw config set <key> <value>. Values may name variables: \${HOME}, \${NAME:-default}
# Secrets have no place here: set GITHUB_TOKEN, log in with gh, or name a file (mode 0600) in github.token_file.`,
    `# Work in progress, transcripts, and what \`ghw up\` keeps.
data_path: ${value(dataPath)}
# Files about issues, for people to read.
issues_path: ${value(issuesPath)}
# Copies of the repositories.
repository_path: ${value(repositoryPath)}`,
    `agent:
  # Does the planning, the implementing and the reviewing.
  default: ${value(agent)}
  # US dollars that one run may cost.
  budget_usd: 5`,
    ...(apiKeyEnv === null
      ? []
      : [
          `agents:
  claude-code:
    # The variable's name; its value stays in the environment of the worker.
    api_key_env: ${value(apiKeyEnv)}`,
        ]),
    `implement:
  # How far an implementation goes by itself: none, branch or pull_request.
  publish: pull_request
  draft: true`,
    ...(Object.keys(github).length === 0 ? [] : [stringify({ github }, { lineWidth: 0 }).trimEnd()]),
    ...(repositories.length === 0 ? [] : [stringify({ repositories }, { lineWidth: 0 }).trimEnd()]),
  ];
  return `${sections.join('\n\n')}\n`;
}

function value(text: string): string {
  return stringify(text, { lineWidth: 0 }).trimEnd();
}
