import { versionIn, type CliDistribution } from '../install/distribution.ts';

const VERSION = '0.61.0';

/** Gemini CLI: JavaScript, the same for every system. */
export const gemini: CliDistribution = {
  agent: 'gemini',
  title: 'Gemini CLI',
  command: 'gemini',
  version: VERSION,
  tested: { from: VERSION, to: VERSION },
  publicPackage: '@google/gemini-cli',
  size: 'about 100 MB',
  runtime: 'node',
  packageFor: () => ({
    name: '@google/gemini-cli',
    spec: `@google/gemini-cli@${VERSION}`,
    program: 'bundle/gemini.js',
  }),
  parseVersion: (output) => versionIn(output, /^(\d+\.\d+\.\d+)$/),
};
