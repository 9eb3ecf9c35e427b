import { webUrlOf } from '../github/clone-url.ts';
import { type ConfigDocument, positionOfValue } from './document.ts';
import { unset } from './mend.ts';
import type { ConfigProblem } from './problem.ts';
import { hostOfUrl } from './repository-entry.ts';
import type { Config } from './schema.ts';

/** Addresses of repositories that are not on the configured GitHub: of those, another one of that name would be read. */
export function urlProblems(
  document: ConfigDocument,
  config: Pick<Config, 'github' | 'repositories'>,
): readonly ConfigProblem[] {
  const { api_url: apiUrl, web_url: webUrl } = config.github;
  const { host, hostname } = new URL(webUrl ?? webUrlOf(apiUrl));
  return config.repositories.flatMap(({ url }, index) => {
    if (url === undefined || [host, hostname].includes(hostOfUrl(url))) return [];
    const key = ['repositories', index, 'url'];
    return [
      {
        key,
        position: positionOfValue(document, key),
        what: `is not on ${host}, the GitHub of github.api_url.`,
        mend: unset(document, ['repositories', index]),
      },
    ];
  });
}
