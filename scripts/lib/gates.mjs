import { report, runTool } from './run.mjs';
import { digestOf, unlessDone } from './sources.mjs';
import { step } from './step.mjs';

/** What is read by every gate, beside its own configuration. */
const code = ['src', 'test', 'bench', 'scripts', 'types', 'package.json', 'package-lock.json', 'tsconfig.json'];

/** @typedef {{ title: string, reads: readonly string[], check: () => Promise<unknown> }} Gate */

/** @type {readonly Gate[]} */
const gates = [
  {
    title: 'Types',
    reads: code,
    check: () => runTool('typescript/bin/tsc', ['-p', 'tsconfig.json']),
  },
  {
    title: "Queries against GitHub's schema",
    reads: code,
    check: () => runTool('gql.tada/bin/cli.js', ['check', '--fail-on-warn']),
  },
  {
    title: 'Linter',
    reads: [...code, 'eslint.config.js', 'jest.config.js'],
    check: () => runTool('eslint/bin/eslint.js', ['.', '--max-warnings=0']),
  },
  {
    title: 'Format',
    reads: [
      ...code,
      '.prettierrc.json',
      '.prettierignore',
      'eslint.config.js',
      'jest.config.js',
      'tsconfig.build.json',
      'docker-compose.yml',
    ],
    check: () => runTool('prettier/bin/prettier.cjs', ['--check', '.', '--log-level=warn']),
  },
];

/** So many at once: each keeps a core busy. */
const lanes = 2;

/**
 * Holds the code against the rules that need no test. What passed for the same contents is not asked again.
 *
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runGates() {
  let passed = 0;
  let failed = 0;
  const waiting = [...gates];
  const lane = async () => {
    for (let gate = waiting.shift(); gate !== undefined; gate = waiting.shift()) {
      const { title, reads, check } = gate;
      try {
        const stamp = `node_modules/.cache/gh-worker/${title.replace(/\W+/g, '-').toLowerCase()}`;
        await unlessDone(stamp, digestOf([...reads, 'scripts']), () => step(title, async () => void (await check())));
        passed += 1;
      } catch (error) {
        report(error);
        failed += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { passed, failed };
}
