import { Context } from '@temporalio/activity';
import type { ValidationReport } from '../../domain/change.ts';
import type { Cage } from '../../sandbox/sandbox.ts';
import { findValidationCommands } from '../../workspace/validation-commands.ts';
import { programFinder, runValidation } from '../../workspace/validation.ts';
import type { ValidateChangeInput } from '../types.ts';
import type { AgentDependencies } from './dependencies.ts';

/** A dead worker is noticed by its silence; long before the first command there is a clone to make. */
const BEAT_MS = 1_000;

/** Runs the project's own checks on exactly the change, in a cage and with a home of their own. */
export function createValidateChange(
  deps: AgentDependencies,
): (input: ValidateChangeInput) => Promise<ValidationReport> {
  return async ({ issue, key, change, timeoutMs }) => {
    const context = Context.current();
    const signal = context.cancellationSignal;
    let doing = 'preparing the workspace';
    const beat = setInterval(() => context.heartbeat({ doing }), BEAT_MS);
    try {
      const workspace = await deps.workspaces.prepare({
        issue,
        remote: deps.remoteOf(issue.repository),
        key: `${key}:${context.info.attempt}`,
        baseOid: change.baseOid,
        parent: null,
        work: { oid: change.headOid, bundle: change.bundle },
        signal,
      });
      try {
        const [settings, sandbox] = await Promise.all([deps.settingsOf(issue), deps.sandbox()]);
        const cage: Cage = {
          tree: workspace.tree,
          treeWritable: true,
          home: workspace.homes.validation,
          gitDir: workspace.gitDir,
          readOnlyPaths: settings.readOnlyPaths,
          network: settings.validationNetwork,
          registries: settings.registries,
          limits: settings.limits,
          env: {},
        };
        const commands = await findValidationCommands(settings.validationCommands, {
          readBase: (path) => deps.workspaces.readFile(workspace, change.baseOid, path),
          tree: workspace.tree,
          hasProgram: programFinder(sandbox, cage, signal),
        });
        return await runValidation({
          headOid: change.headOid,
          commands,
          sandbox,
          cage,
          timeoutMs,
          signal,
          onBeat: (command) => (doing = command),
          artifacts: deps.artifacts,
          knownSecrets: await deps.knownSecrets(),
        });
      } finally {
        await workspace.release();
      }
    } finally {
      clearInterval(beat);
    }
  };
}
