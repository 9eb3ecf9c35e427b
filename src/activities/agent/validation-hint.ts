import { Context } from '@temporalio/activity';
import type { Cage } from '../../sandbox/sandbox.ts';
import { joinCommand } from '../../workspace/split-command.ts';
import { findValidationCommands } from '../../workspace/validation-commands.ts';
import { programFinder } from '../../workspace/validation.ts';
import type { Workspace } from '../../workspace/workspace.ts';
import type { AgentDependencies, WorkSettings } from './dependencies.ts';

/** The commands that will check a change, as an agent is told of them. */
export async function validationCommands(
  deps: Pick<AgentDependencies, 'workspaces' | 'sandbox'>,
  workspace: Workspace,
  { baseOid, settings }: { readonly baseOid: string; readonly settings: WorkSettings },
): Promise<readonly string[]> {
  const sandbox = await deps.sandbox();
  const cage: Cage = {
    tree: workspace.tree,
    treeWritable: false,
    home: workspace.homes.validation,
    gitDir: workspace.gitDir,
    readOnlyPaths: settings.readOnlyPaths,
    env: {},
  };
  const commands = await findValidationCommands(settings.validationCommands, {
    readBase: (path) => deps.workspaces.readFile(workspace, baseOid, path),
    tree: workspace.tree,
    hasProgram: programFinder(sandbox, cage, Context.current().cancellationSignal),
  });
  return commands.map(joinCommand);
}
