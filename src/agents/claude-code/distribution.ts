import { versionIn, type CliDistribution, type ProgramPackage, type System } from '../install/distribution.ts';

const VERSION = '2.1.329';

/** Claude Code as npm has it: one package per system with a native program, and a wrapper that we do not need. */
export const claudeCode: CliDistribution = {
  agent: 'claude-code',
  title: 'Claude Code',
  command: 'claude',
  version: VERSION,
  tested: { from: VERSION, to: VERSION },
  publicPackage: '@anthropic-ai/claude-code',
  size: 'about 380 MB',
  runtime: 'native',
  packageFor,
  // `2.1.329 (Claude Code)`
  parseVersion: (output) => versionIn(output, /^(\d+\.\d+\.\d+) \(Claude Code\)/),
};

function packageFor({ platform, arch, musl }: System): ProgramPackage | null {
  if (arch !== 'x64' && arch !== 'arm64') return null;
  if (platform !== 'darwin' && platform !== 'linux') return null;
  const name = `@anthropic-ai/claude-code-${platform}-${arch}${musl ? '-musl' : ''}`;
  return { name, spec: `${name}@${VERSION}`, program: 'claude' };
}
