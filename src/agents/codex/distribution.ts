import { versionIn, type CliDistribution, type ProgramPackage, type System } from '../install/distribution.ts';

const VERSION = '0.169.0';

/** The maker's names of systems, in paths. */
const triples: Readonly<Record<string, string>> = {
  'linux-x64': 'x86_64-unknown-linux-musl',
  'linux-arm64': 'aarch64-unknown-linux-musl',
  'darwin-x64': 'x86_64-apple-darwin',
  'darwin-arm64': 'aarch64-apple-darwin',
};

/** Codex as npm has it: the programs are versions of one package, which the wrapper names by an alias. */
export const codex: CliDistribution = {
  agent: 'codex',
  title: 'Codex',
  command: 'codex',
  version: VERSION,
  tested: { from: VERSION, to: VERSION },
  publicPackage: '@openai/codex',
  size: 'about 400 MB',
  runtime: 'native',
  packageFor,
  parseVersion: (output) => versionIn(output, /^codex-cli (\d+\.\d+\.\d+)/),
};

function packageFor({ platform, arch }: System): ProgramPackage | null {
  const system = `${platform}-${arch}`;
  const triple = triples[system];
  if (triple === undefined) return null;
  const name = `@openai/codex-${system}`;
  return { name, spec: `${name}@npm:@openai/codex@${VERSION}-${system}`, program: `vendor/${triple}/bin/codex` };
}
