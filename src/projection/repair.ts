import { projectIssue, updatedAtFile } from './files.ts';
import { folderNames, openFolder, removeLeftovers } from './folder.ts';
import type { ProjectionInput } from './input.ts';
import type { ProjectedFile } from './projected-file.ts';
import { type FileReport, inspectFiles, unknownFiles, writeFiles } from './write-files.ts';

/** How the files of one folder were found. */
export interface FolderReport {
  readonly files: readonly FileReport[];
  /** Files with names like ours that nothing is known of. They are left alone. */
  readonly unknown: readonly string[];
}

export interface RepairOptions {
  /** `issues_path` */
  readonly root: string;
  /** True only looks. */
  readonly check: boolean;
}

/**
 * Compares the files of an issue with what is known of it, and puts right what is not, however new it looks.
 *
 * @throws GhwError `InvalidInput` for a name that is none, `InvalidConfiguration` for a folder that is a link; the
 * system's errors, such as ENOSPC
 */
export async function repairIssue(input: ProjectionInput, options: RepairOptions): Promise<FolderReport> {
  return repair(folderNames(input.repository, input.number), projectIssue(input), options);
}

/** The same for the file that says until when a repository is known. */
export async function repairRepository(repository: string, at: string, options: RepairOptions): Promise<FolderReport> {
  return repair(folderNames(repository), [updatedAtFile(at)], options);
}

async function repair(
  names: readonly string[],
  files: readonly ProjectedFile[],
  { root, check }: RepairOptions,
): Promise<FolderReport> {
  const folder = await openFolder(root, names, { create: !check });
  if (!check && folder !== undefined) await removeLeftovers(folder);
  const reports = check || folder === undefined ? await inspectFiles(folder, files) : await writeFiles(folder, files);
  return { files: reports, unknown: await unknownFiles(folder, files) };
}
