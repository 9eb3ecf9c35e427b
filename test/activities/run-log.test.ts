import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RunLog, type StreamBeat } from '../../src/activities/agent/stream/run-log.ts';
import type { RunStream } from '../../src/domain/stream/stream-store.ts';
import { memoryStreams } from './memory-streams.ts';

const stream: RunStream = {
  run: 'issue:octo/hello#1/run/implement-1',
  workflowId: 'issue:octo/hello#1',
  phase: 'implement',
  agent: 'scripted',
  model: null,
  startedAt: '2026-01-01T00:00:00Z',
};
const begun = {
  host: 'a',
  phase: 'implement',
  agent: 'scripted',
  model: null,
  sessionId: 's',
  resumed: false,
} as const;

let here: string;
let elsewhere: string;

beforeEach(async () => {
  [here, elsewhere] = await Promise.all([mkdtemp(join(tmpdir(), 'ghw-log-')), mkdtemp(join(tmpdir(), 'ghw-log-'))]);
});
afterEach(async () => {
  await Promise.all([here, elsewhere].map((directory) => rm(directory, { recursive: true, force: true })));
});

function attempt(store: ReturnType<typeof memoryStreams>, number: number, earlier: StreamBeat | null = null): RunLog {
  return new RunLog(store, stream, { number, earlier });
}

/** What Temporal keeps of a heartbeat. */
function told(log: RunLog): StreamBeat {
  return JSON.parse(JSON.stringify(log.beat)) as StreamBeat;
}

function say(log: RunLog, text: string): void {
  log.line(JSON.stringify({ said: text }));
  log.event({ type: 'text', text });
}

async function transcriptOf(log: RunLog): Promise<string> {
  const file = join(here, 'transcript.txt');
  expect(await log.writeTranscript(file)).toBe(true);
  return await readFile(file, 'utf8');
}

describe('the stream of a run', () => {
  it('numbers its records over the attempts, without a gap', async () => {
    const store = memoryStreams();
    const first = attempt(store, 1);
    await first.open(here, begun);
    say(first, 'one');
    await first.close('stopped', 'The worker stopped.');

    const second = attempt(store, 2, told(first));
    await second.open(elsewhere, begun);
    say(second, 'two');
    await second.close('ok', '');

    const records = store.records(stream.run);
    expect(records.map(({ attempt: of, n, event }) => [of, n, event.type])).toEqual([
      [1, 1, 'attempt_started'],
      [1, 2, 'text'],
      [1, 3, 'attempt_ended'],
      [2, 4, 'attempt_started'],
      [2, 5, 'text'],
      [2, 6, 'attempt_ended'],
    ]);
    expect(records[3]?.event).toMatchObject({ after: { attempt: 1, n: 3 } });
    expect(await readdir(here)).toEqual([]);
  });

  it('of a killed worker is completed on its own host, to the last line', async () => {
    const store = memoryStreams();
    const killed = attempt(store, 1);
    await killed.open(here, begun);
    say(killed, 'never sent');
    const sentBeforeTheEnd = store.records(stream.run).length;

    const next = attempt(store, 2);
    await next.open(here, begun);
    say(next, 'and on');

    expect(sentBeforeTheEnd).toBe(0);
    expect(await transcriptOf(next)).toBe('{"said":"never sent"}\n{"said":"and on"}\n');
    await next.close('ok', '');
  });

  it('of a killed worker keeps on another host what its last heartbeat told', async () => {
    const store = memoryStreams();
    const killed = attempt(store, 1);
    await killed.open(here, begun);
    say(killed, 'told');
    const beat = told(killed);
    say(killed, 'lost with its host');

    const next = attempt(store, 2, beat);
    await next.open(elsewhere, begun);
    await next.close('ok', '');

    const records = store.records(stream.run);
    expect(records.flatMap(({ event }) => (event.type === 'text' ? [event.text] : []))).toEqual(['told']);
    expect(records.find(({ attempt: of }) => of === 2)?.event).toMatchObject({ after: { attempt: 1, n: 2 } });
    await killed.close('failed', '');
  });

  it('waits on the disk for a ledger that is away, and holds no run up', async () => {
    const store = memoryStreams();
    store.isAway = true;
    const log = attempt(store, 1);
    await log.open(here, begun);
    say(log, 'unheard');
    expect(log.beat.ring.map(({ event }) => event.type)).toEqual(['attempt_started', 'text']);

    store.isAway = false;

    expect(await transcriptOf(log)).toBe('{"said":"unheard"}\n');
    await log.close('ok', '');
  });

  it('has every line of the agent, also those that say nothing to us', async () => {
    const store = memoryStreams();
    const log = attempt(store, 1);
    await log.open(here, begun);
    for (const line of ['{"a":1}', 'no JSON', '{"b":2}']) log.line(line);

    expect(await transcriptOf(log)).toBe('{"a":1}\nno JSON\n{"b":2}\n');
    await log.close('ok', '');
    expect(store.records(stream.run).filter(({ event }) => event.type === 'other')).toHaveLength(3);
  });
});
