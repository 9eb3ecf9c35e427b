import { createServer } from 'node:http';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { createPullRequestActivities } from '../../src/activities/pull-request/index.ts';
import type { PullRequestDependencies } from '../../src/activities/pull-request/dependencies.ts';
import { eventOf, type PullRequestEvent } from '../../src/domain/pull-request/event.ts';
import { change, check, notice } from '../domain/pull-request/life-support.ts';

const failed = change('check_failed', 2, { check: check('lint') });
const settings = { failureThreshold: 1, events: ['failed_check'] } as const;
const event = eventOf(failed, notice(2, {}, [failed], { settings }));

interface Posted {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

let directory: string;
let posted: Posted[];
/** Answers with these, then with 200. */
let answers: number[];
let address: string;
let close: () => void;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ghw-events-'));
  posted = [];
  answers = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      posted.push({ headers: request.headers, body: JSON.parse(text) });
      response.writeHead(answers.shift() ?? 200).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook?key=secret`;
  close = () => server.close();
});

afterEach(async () => {
  close();
  await rm(directory, { recursive: true });
});

/** One attempt; what it leaves as heartbeat is what the next one begins with. */
async function attempt(hooks: readonly string[], heartbeatDetails?: unknown): Promise<unknown> {
  const environment = new MockActivityEnvironment({ heartbeatDetails }, { logger: new DefaultLogger('ERROR') });
  let left: unknown;
  environment.on('heartbeat', (details: unknown) => (left = details));
  const deps: Partial<PullRequestDependencies> = {
    eventHooks: () => Promise.resolve({ new_pull_request: [], state_change: [], failed_check: hooks }),
    hookEnvironment: { PATH: process.env.PATH },
  };
  const activities = createPullRequestActivities(deps as PullRequestDependencies);
  if (event === null) throw new Error('No event');
  try {
    await environment.run((told: PullRequestEvent) => activities.deliverEvent(told), event);
  } catch (error) {
    return { error, left };
  }
  return { left };
}

describe('an event', () => {
  it('goes to commands and addresses, each with what tells a second delivery', async () => {
    const script = join(directory, 'take.mjs');
    const file = join(directory, 'taken.json');
    await writeFile(
      script,
      `import { readFileSync, writeFileSync } from 'node:fs';
       const { GHW_EVENT_ID: id, GHW_EVENT_KIND: kind, HOME: home } = process.env;
       writeFileSync(${JSON.stringify(file)}, JSON.stringify({ id, kind, home, ...JSON.parse(readFileSync(0, 'utf8')) }));`,
    );

    await attempt([`${process.execPath} ${script}`, address]);

    const taken: unknown = JSON.parse(await readFile(file, 'utf8'));
    expect(taken).toEqual({ id: event?.id, kind: 'failed_check', event });
    expect(posted).toEqual([{ headers: expect.objectContaining({ 'idempotency-key': event?.id }), body: { event } }]);
  });

  it('is given again only to the hook that did not take it, and names no secret', async () => {
    answers = [200, 500];
    const other = address.replace('/hook', '/other');

    const first = await attempt([address, other]);
    await attempt([address, other], (first as { left: unknown }).left);

    expect(first).toMatchObject({
      error: { type: 'HookFailed', message: `${new URL(address).origin}: answered HTTP 500`, nonRetryable: false },
    });
    expect(JSON.stringify(first)).not.toContain('secret');
    expect(posted).toHaveLength(3);
  });
});
