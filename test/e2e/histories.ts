import { mkdir, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Scene } from './support.ts';

/** Where recorded runs are kept; every one of them is replayed in every test run. */
export const historiesDirectory = join(import.meta.dirname, '..', 'histories');

/** Keeps the run's history under a name, where `GHW_RECORD_HISTORIES=1` asks for it. */
export async function recordHistory(run: Scene | Pick<WorkflowHandle, 'fetchHistory'>, name: string): Promise<void> {
  if (process.env.GHW_RECORD_HISTORIES !== '1') return;
  const handle = 'fetchHistory' in run ? run : run.client.handle(run.issue);
  const history = await handle.fetchHistory();
  await mkdir(historiesDirectory, { recursive: true });
  await writeFile(join(historiesDirectory, `${name}.json`), `${withoutMachine(historyToJSON(history))}\n`);
}

/** A recorded run is read by everyone: nothing of the machine that it ran on belongs in it. */
function withoutMachine(json: string): string {
  const root = join(import.meta.dirname, '..', '..');
  return json
    .replaceAll(root, '')
    .replaceAll(tmpdir(), '<tmp>')
    .replace(/"identity": "[^"]*"/g, '"identity": "worker"')
    .replace(new RegExp(`\\b${hostname()}\\b`, 'g'), 'host');
}
