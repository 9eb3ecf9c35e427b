import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The version of the package that this code belongs to, whether it runs from the sources or compiled. */
export function version(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const found = read(join(folder, 'package.json'));
    if (found !== undefined || dirname(folder) === folder) return found ?? '0.0.0';
  }
}

function read(path: string): string | undefined {
  try {
    const { name, version: own } = JSON.parse(readFileSync(path, 'utf8')) as { name?: string; version?: string };
    return name === 'gh-worker' ? own : undefined;
  } catch {
    return undefined;
  }
}
