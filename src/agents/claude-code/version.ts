/** The version that is installed where none is found, and with which everything here was tried out. */
export const CLAUDE_CODE_VERSION = '2.1.329';

/** The version in what `claude --version` prints (`2.1.329 (Claude Code)`); null if there is none. */
export function parseVersion(output: string): string | null {
  return /^(\d+\.\d+\.\d+)\b/.exec(output.trim())?.[1] ?? null;
}

/** A warning for a version that nobody has tried; empty for the one that was. */
export function versionWarning(version: string): string {
  if (version === CLAUDE_CODE_VERSION) return '';
  return `Claude Code ${version} was not tried out with this release; ${CLAUDE_CODE_VERSION} was. Remove \`path\` from the agent's configuration to have that one installed.`;
}

/**
 * The npm package that holds the native program for a system. The package `@anthropic-ai/claude-code` itself is only a
 * wrapper, whose install script we do not run. Null where there is no program.
 */
export function platformPackage(platform: string, arch: string, musl: boolean): string | null {
  if (arch !== 'x64' && arch !== 'arm64') return null;
  if (platform === 'darwin') return `@anthropic-ai/claude-code-darwin-${arch}`;
  if (platform === 'linux') return `@anthropic-ai/claude-code-linux-${arch}${musl ? '-musl' : ''}`;
  return null;
}

/** True on a Linux whose C library is not glibc. */
export function isMusl(): boolean {
  if (process.platform !== 'linux') return false;
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return header?.glibcVersionRuntime === undefined;
}
