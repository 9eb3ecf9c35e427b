export interface FileHunks {
  /** Line numbers of the old file that the diff shows. */
  readonly left: ReadonlySet<number>;
  /** Line numbers of the new file that the diff shows. */
  readonly right: ReadonlySet<number>;
}

/** Which lines a unified diff shows, by path of the new file (of the old one where it was deleted). */
export function hunksOf(diff: string): Map<string, FileHunks> {
  const files = new Map<string, FileHunks>();
  let left = new Set<number>();
  let right = new Set<number>();
  let oldPath = '';
  // What is left of the current hunk, by its header: a removed line may itself look like a header.
  const rest = { left: 0, right: 0 };
  const next = { left: 0, right: 0 };
  for (const line of diff.split('\n')) {
    if (rest.left > 0 || rest.right > 0) {
      if (line.startsWith('\\')) continue;
      if (!line.startsWith('+')) {
        left.add(next.left++);
        rest.left -= 1;
      }
      if (!line.startsWith('-')) {
        right.add(next.right++);
        rest.right -= 1;
      }
      continue;
    }
    if (line.startsWith('--- ')) oldPath = line.slice(4).replace(/^a\//, '');
    if (line.startsWith('+++ ')) {
      const path = line.slice(4).replace(/^b\//, '');
      left = new Set();
      right = new Set();
      files.set(path === '/dev/null' ? oldPath : path, { left, right });
    }
    const [header, oldStart, oldCount = '1', newStart, newCount = '1'] =
      /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line) ?? [];
    if (header === undefined) continue;
    Object.assign(rest, { left: Number(oldCount), right: Number(newCount) });
    Object.assign(next, { left: Number(oldStart), right: Number(newStart) });
  }
  return files;
}
