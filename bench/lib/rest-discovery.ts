import pLimit from 'p-limit';
import type { FleetRepository } from '../../test/peers/github/seed/fleet.ts';

/** What it takes to know as much by asking for one thing after the other. */
export interface RestFigures {
  readonly requests: number;
  readonly seconds: number;
  /** REST charges one for each. */
  readonly points: number;
}

/** Asks for the open pull requests of each repository, and for the check runs of each pull request, as many tools do. */
export async function readByRest(
  { concurrency, token, url }: { readonly url: string; readonly token: string; readonly concurrency: number },
  repositories: readonly FleetRepository[],
): Promise<RestFigures> {
  const limit = pLimit(concurrency);
  const started = performance.now();
  let requests = 0;
  const ask = (path: string): Promise<unknown> =>
    limit(async () => {
      requests += 1;
      const response = await fetch(`${url}/repos/${path}`, { headers: { authorization: `bearer ${token}` } });
      if (!response.ok) throw new Error(`GET ${path}: HTTP ${response.status}`);
      return response.json();
    });
  await Promise.all(
    repositories.map(async ({ nameWithOwner }) => {
      const open = (await ask(`${nameWithOwner}/pulls?state=open&per_page=100`)) as readonly {
        head: { sha: string };
      }[];
      await Promise.all(open.map(({ head }) => ask(`${nameWithOwner}/commits/${head.sha}/check-runs?per_page=100`)));
    }),
  );
  return { requests, points: requests, seconds: Math.round((performance.now() - started) / 10) / 100 };
}
