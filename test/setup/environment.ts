import { readFileSync } from 'node:fs';
import type { FoundBubblewrap } from '../../src/sandbox/find-bubblewrap.ts';

/** Names the file in which the global set-up tells what it has started. */
export const environmentVariable = 'GHW_TEST_ENVIRONMENT';

/** What all integration tests of a run share. Ids of workflows and schedules must therefore be a test's own. */
export interface TestEnvironment {
  readonly temporalAddress: string;
  readonly temporalUiUrl: string;
  readonly namespace: string;
  /** Temporal's CLI, the same program as the server. */
  readonly temporalCli: string;
  /** The bundle of `src/workflows/index.ts`. */
  readonly workflowBundlePath: string;
  readonly bubblewrap: FoundBubblewrap;
  /** A PostgreSQL, without a database's name; null where none can be had. See `ledger.ts`. */
  readonly postgresUrl: string | null;
}

/** What the global set-up has started. Only files named `*.integration.test.ts` have it. */
export function testEnvironment(): TestEnvironment {
  const file = process.env[environmentVariable];
  if (file === undefined) {
    throw new Error('No Temporal server was started for this test: name its file *.integration.test.ts.');
  }
  return JSON.parse(readFileSync(file, 'utf8')) as TestEnvironment;
}
