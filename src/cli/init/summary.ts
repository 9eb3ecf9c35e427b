import type { Answers } from './answers.ts';

/** What is about to be written, for a last look. */
export function summaryOf(answers: Answers): string {
  const { agent, apiKeyEnv, dataPath, issuesPath, repositories, tokenFile, newToken } = answers;
  const rows = [
    ['repositories', repositories.map(({ name }) => name).join(', ') || 'none yet'],
    ['agent', `${agent}${apiKeyEnv === null ? '' : `, with the key in ${apiKeyEnv}`}`],
    [
      'token',
      tokenFile === null
        ? 'GITHUB_TOKEN, or the login of gh'
        : `${tokenFile}${newToken === null ? '' : ' (new; only you may read it)'}`,
    ],
    ['files about issues', issuesPath],
    ['everything else', dataPath],
    ['limits', 'a person approves every plan; $5 for each run of the agent; pull requests are drafts'],
  ] as const;
  return rows.map(([name, value]) => `${name.padEnd(20)}${value}`).join('\n');
}
