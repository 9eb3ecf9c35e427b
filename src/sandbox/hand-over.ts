import { execa } from 'execa';
import { GhwError } from '../domain/errors.ts';
import type { Cage } from './sandbox.ts';

/**
 * Makes tree and home belong to a user, and the git directory readable for it. Both lie in folders that are closed to
 * other users. Links are not followed: the tree and the home may hold whatever an agent put there.
 */
export async function handOver({ tree, home, gitDir }: Cage, user: number): Promise<void> {
  const id = user.toString();
  await run('chown', ['--recursive', '--no-dereference', `${id}:${id}`, '--', tree, home]);
  if (gitDir !== undefined) await run('chmod', ['--recursive', 'a+rX', '--', gitDir]);
}

async function run(program: string, args: readonly string[]): Promise<void> {
  const { failed, stderr } = await execa(program, args, {
    env: { PATH: '/usr/bin:/bin' },
    extendEnv: false,
    reject: false,
  });
  if (!failed) return;
  throw new GhwError('WorkspaceFailed', `Files could not be given to the agent's user: ${stderr}`, {
    hint: 'Look at the owner of the workspace, and whether its disk is writable.',
  });
}
