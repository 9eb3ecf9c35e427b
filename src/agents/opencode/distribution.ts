import { versionIn, type CliDistribution, type ProgramPackage, type System } from '../install/distribution.ts';

const VERSION = '1.18.33';

/** OpenCode as npm has it: one package per system with a native program, and a wrapper that we do not need. */
export const opencode: CliDistribution = {
  agent: 'opencode',
  title: 'OpenCode',
  command: 'opencode',
  version: VERSION,
  tested: { from: VERSION, to: VERSION },
  publicPackage: 'opencode-ai',
  size: 'about 180 MB',
  runtime: 'native',
  packageFor,
  parseVersion: (output) => versionIn(output, /^(\d+\.\d+\.\d+)$/),
};

function packageFor({ platform, arch, musl, modern }: System): ProgramPackage | null {
  if (arch !== 'x64' && arch !== 'arm64') return null;
  if (platform !== 'darwin' && platform !== 'linux') return null;
  const baseline = arch === 'x64' && !modern ? '-baseline' : '';
  const name = `opencode-${platform}-${arch}${baseline}${musl ? '-musl' : ''}`;
  return { name, spec: `${name}@${VERSION}`, program: 'bin/opencode' };
}
