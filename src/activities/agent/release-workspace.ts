import type { IssueIdentity } from '../../domain/issue-state.ts';
import type { AgentDependencies } from './dependencies.ts';

/** Removes what this host holds of an issue that has ended. What is gone already is no error. */
export function createReleaseWorkspace(
  deps: Pick<AgentDependencies, 'workspaces'>,
): (issue: IssueIdentity) => Promise<void> {
  return async (issue) => {
    await deps.workspaces.remove(issue);
    await deps.workspaces.prune();
  };
}
