import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Worker } from '@temporalio/worker';
import { testEnvironment } from '../setup/environment.ts';
import { installQuietRuntime } from '../setup/worker.ts';

const directory = join(import.meta.dirname, '..', 'histories');
installQuietRuntime();
const names = readdirSync(directory).filter((name) => name.endsWith('.json'));

interface RecordedHistory {
  readonly events: {
    workflowExecutionStartedEventAttributes?: { workflowId?: string };
    activityTaskScheduledEventAttributes?: { activityType: { name: string } };
  }[];
}

function read(name: string): RecordedHistory {
  return JSON.parse(readFileSync(join(directory, name), 'utf8')) as RecordedHistory;
}

async function replay(history: RecordedHistory, name: string): Promise<void> {
  const workflowBundle = { codePath: testEnvironment().workflowBundlePath };
  // Requests are named after the workflow that made them.
  const id = history.events[0]?.workflowExecutionStartedEventAttributes?.workflowId;
  await Worker.runReplayHistory({ workflowBundle }, history, id ?? basename(name, '.json'));
}

describe('recorded histories', () => {
  it('are there for the runs with the real agent', () => {
    expect(names).toEqual(
      expect.arrayContaining(['claude-code-plan-to-pull-request.json', 'claude-code-worker-killed.json']),
    );
  });

  it.each(names)('%s replays', async (name) => {
    await expect(replay(read(name), name)).resolves.toBeUndefined();
  });

  it('would not replay if the workflow did something else', async () => {
    const [name = ''] = names;
    const history = read(name);
    for (const event of history.events) {
      const scheduled = event.activityTaskScheduledEventAttributes;
      if (scheduled?.activityType.name === 'runAgent') scheduled.activityType.name = 'somethingElse';
    }

    await expect(replay(history, name)).rejects.toMatchObject({ name: 'DeterminismViolationError' });
  });
});
