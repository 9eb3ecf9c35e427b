import type { FleetSeed } from '../../test/peers/github/seed/fleet.ts';

/**
 * Three checks for each pull request; the last one of the first pull request of some repositories has not ended.
 *
 * @param share - of the repositories
 */
export function checksOf(share: number, pullRequests: number): FleetSeed['checks'] {
  return (repository, pullRequest) => {
    const waits =
      pullRequest === pullRequests - 1 && Math.floor((repository + 1) * share) > Math.floor(repository * share);
    return [
      { name: 'build', conclusion: 'SUCCESS' },
      { name: 'lint', conclusion: pullRequest % 5 === 4 ? 'FAILURE' : 'SUCCESS' },
      waits ? { name: 'test' } : { name: 'test', conclusion: 'SUCCESS' },
    ];
  };
}
