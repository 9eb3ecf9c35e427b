import { copyFile, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { writeConfigFile } from '../../config/file.ts';
import { type Environment, expandHome } from '../../config/location.ts';
import type { Answers } from './answers.ts';
import { configText } from './template.ts';

/**
 * Writes the configuration, and the token file if there is one to write. Either everything is written or nothing.
 *
 * @returns where the configuration that was there is kept; undefined if there was none
 * @throws GhwError `InvalidConfiguration` if a file cannot be written; `DiskFull`
 */
export async function writeAnswers(
  path: string,
  answers: Answers,
  { exists, env }: { readonly exists: boolean; readonly env: Environment },
): Promise<string | undefined> {
  const backup = exists ? `${path}.bak` : undefined;
  const { tokenFile, newToken } = answers;
  const tokenPath = tokenFile === null || newToken === null ? null : resolve(dirname(path), expandHome(tokenFile, env));
  if (backup !== undefined) await copyFile(path, backup);
  if (tokenPath !== null) {
    await writeConfigFile(tokenPath, '');
    // Whatever was there before, from now on only its owner may read it.
    await writeFileAtomic(tokenPath, `${newToken ?? ''}\n`, { mode: 0o600 });
  }
  try {
    await writeConfigFile(path, configText(answers));
  } catch (error) {
    if (tokenPath !== null) await rm(tokenPath, { force: true });
    throw error;
  }
  return backup;
}
