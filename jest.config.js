/** What a test file of any kind needs. */
const common = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript' },
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};

/**
 * Two kinds of test. `*.integration.test.ts` find one Temporal server, one workflow bundle and bubblewrap, prepared once
 * per run (`test/setup`); all others start at once and need nothing.
 *
 * @type {import('jest').Config}
 */
export default {
  projects: [
    {
      ...common,
      displayName: 'unit',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.integration\\.test\\.ts$'],
    },
    {
      ...common,
      displayName: 'integration',
      testMatch: ['<rootDir>/test/**/*.integration.test.ts'],
      setupFiles: ['<rootDir>/test/setup/keep-lines.mjs'],
      globalSetup: '<rootDir>/test/setup/global-setup.mjs',
      globalTeardown: '<rootDir>/test/setup/global-teardown.mjs',
    },
  ],
  maxWorkers: 2,
  // Node does not free all that a test file has loaded: a worker that holds much makes way for a fresh one.
  workerIdleMemoryLimit: '1GB',
  // A bound for what hangs, not a claim about speed: tests wait for conditions, and pass on a slow, busy machine too.
  testTimeout: 600_000,
};
