import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ActivityCancellationDetails, CancelledFailure } from '@temporalio/common';
import type { AgentActivities } from '../../src/activities/types.ts';
import type { CodingAgent } from '../../src/agents/agent.ts';
import { checkpointRef } from '../../src/domain/implementation.ts';
import { GhwError } from '../../src/domain/errors.ts';
import { createSandbox } from '../../src/sandbox/create-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { processesWith, until } from '../sandbox/support.ts';
import { expectReleased, filesOf, promptsOf, reached, runInput, scripted, traceIn } from './agent-support.ts';
import { attempt, createBench, createHost, failureOf, type Attempt, type Bench, type Host } from './support.ts';

let bench: Bench;
let sandbox: Sandbox;

beforeAll(async () => {
  [bench, sandbox] = await Promise.all([createBench(), createSandbox({ kind: 'auto' })]);
});
afterAll(() => bench.cleanUp());

function hostWith(agent: CodingAgent, root = 'host', more: { readonly checkpointRef?: boolean } = {}): Host {
  return createHost(bench, { agent, sandbox, root, ...more });
}

function runAgent({ activities }: Host): AgentActivities['runAgent'] {
  return (input) => activities.runAgent(input);
}

/** What a worker does that is asked to stop. */
function shutDown({ environment }: Attempt<unknown>): void {
  environment.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ workerShutdown: true }));
}

async function cancelled(running: Attempt<unknown>): Promise<CancelledFailure> {
  const error: unknown = await running.result.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(CancelledFailure);
  return error as CancelledFailure;
}

const half = { write: { path: 'half.txt', content: 'half\n' } };
const rest = { write: { path: 'rest.txt', content: 'rest\n' } };
const hang = { hang: true };

describe('a run that the workflow stops', () => {
  it('ends as cancelled, with its session and its unfinished work, and leaves no process', async () => {
    const place = await bench.place();
    const mark = `sleep-${place.issue.repositoryId ?? ''}`;
    const sleeping = { run: [process.execPath, '-e', 'setInterval(() => {}, 1000)', mark] };
    const host = hostWith(scripted({ implement: [half, sleeping] }));
    const input = await runInput(bench, place);
    const running = attempt(runAgent(host), [input]);
    await until(async () => (await processesWith(mark)).length > 0);

    running.environment.cancel();
    const trace = traceIn(await cancelled(running));

    expect(trace.session).toMatchObject({ id: input.newSessionId, agent: 'scripted' });
    expect(await promptsOf(bench, trace.session.file)).toHaveLength(1);
    expect(trace.checkpoint && (await filesOf(host.workspaces, place, trace.checkpoint, ['half.txt']))).toEqual({
      'half.txt': 'half\n',
    });
    expect(await processesWith(mark)).toEqual([]);
    await expectReleased(host.workspaces, place);
  });

  it('is pushed for people to look at, where the configuration wants it', async () => {
    const place = await bench.place();
    const mark = `sleep-${place.issue.repositoryId ?? ''}`;
    const sleeping = { run: [process.execPath, '-e', 'setInterval(() => {}, 1000)', mark] };
    const host = hostWith(scripted({ implement: [half, sleeping] }), 'host', { checkpointRef: true });
    const running = attempt(runAgent(host), [await runInput(bench, place)]);
    await until(async () => (await processesWith(mark)).length > 0);

    running.environment.cancel();
    await cancelled(running);

    const ref = checkpointRef(place.issue.number);
    expect(await place.view().git(['show', `${ref}:half.txt`])).toBe('half');
  });

  it('is gone on with later from what it left, also on another host', async () => {
    const place = await bench.place();
    const agent = scripted({ implement: [half, hang, rest] });
    const input = await runInput(bench, place);
    const running = attempt(runAgent(hostWith(agent)), [input]);
    await reached(bench, input, 1);
    running.environment.cancel();
    const { session, checkpoint } = traceIn(await cancelled(running));

    const next = { ...input, key: 'implement-2', session, work: checkpoint, continues: true };
    const { change, trace } = await attempt(runAgent(hostWith(agent, 'host-after-cancel')), [next]).result;

    expect(change?.files.map(({ path }) => path)).toEqual(['half.txt', 'rest.txt']);
    expect(trace).toMatchObject({ resumed: true, notes: [], session: { id: input.newSessionId } });
    expect((await promptsOf(bench, trace.session.file))[1]).toMatch(/^Task: continue interrupted work/);
  });

  it('before the agent began ends as cancelled too: while another has the workspace', async () => {
    const place = await bench.place();
    const host = hostWith(scripted({ implement: [half] }));
    const other = await host.workspaces.prepare({ ...place, key: 'other', parent: null, work: null });
    const running = attempt(runAgent(host), [await runInput(bench, place)]);
    await until(() => running.lastBeat()?.doing === 'preparing the workspace');
    await new Promise((resolve) => setTimeout(resolve, 200));

    running.environment.cancel();
    await cancelled(running);

    await other.release();
    await expectReleased(host.workspaces, place);
  });
});

describe('a run that its worker stops', () => {
  it('is to be tried again, and goes on on another host from what it told', async () => {
    const place = await bench.place();
    const agent = scripted({ implement: [half, hang, rest] });
    const host = hostWith(agent);
    const input = await runInput(bench, place);
    const first = attempt(runAgent(host), [input]);
    await reached(bench, input, 1);
    await until(() => (first.lastBeat()?.tools ?? 0) > 0);

    shutDown(first);
    const failure = await failureOf(first.result);
    const told = first.lastBeat();
    const second = attempt(runAgent(hostWith(agent, 'host-after-shutdown')), [input], { after: first });
    const { change, trace } = await second.result;

    expect(failure).toMatchObject({ type: 'WorkerShutdown', nonRetryable: false });
    expect(told).toMatchObject({
      sessionId: input.newSessionId,
      doing: 'ended',
      session: { sha256: expect.any(String) as unknown },
      checkpoint: { oid: expect.any(String) as unknown },
      earlier: { failures: 0 },
    });
    expect(change?.files.map(({ path }) => path)).toEqual(['half.txt', 'rest.txt']);
    expect(trace).toMatchObject({ resumed: true, notes: [], session: { id: input.newSessionId } });
    const prompts = await promptsOf(bench, trace.session.file);
    expect(prompts.map((prompt) => prompt.split('\n')[0])).toEqual([
      'Task: implement the plan',
      'Task: continue interrupted work',
    ]);
    await expectReleased(host.workspaces, place);
  });

  it('goes on on the same host with the tree as it was, ignored files included', async () => {
    const place = await bench.place({ files: { '.gitignore': 'cache/\n' } });
    const cache = { write: { path: 'cache/x', content: 'x' } };
    const host = hostWith(scripted({ implement: [cache, half, hang, { run: ['cp', 'cache/x', 'copy.txt'] }] }));
    const input = await runInput(bench, place);
    const first = attempt(runAgent(host), [input]);
    await reached(bench, input, 2);
    shutDown(first);
    await failureOf(first.result);

    const { change } = await attempt(runAgent(host), [input], { after: first }).result;

    expect(change?.files.map(({ path }) => path)).toEqual(['copy.txt', 'half.txt']);
  });

  it('does not lose on its first host what it did on a second', async () => {
    const place = await bench.place();
    const more = { write: { path: 'more.txt', content: 'more\n' } };
    const agent = scripted({ implement: [half, hang, more, hang, rest] });
    const [here, there] = [hostWith(agent), hostWith(agent, 'second-host')];
    const input = await runInput(bench, place);
    const first = attempt(runAgent(here), [input]);
    await reached(bench, input, 1);
    shutDown(first);
    await failureOf(first.result);
    const second = attempt(runAgent(there), [input], { after: first });
    await reached(bench, input, 3, 'second-host');
    shutDown(second);
    await failureOf(second.result);

    const { change } = await attempt(runAgent(here), [input], { after: second }).result;

    expect(change?.files.map(({ path }) => path)).toEqual(['half.txt', 'more.txt', 'rest.txt']);
  });

  it('does not count against the agent', async () => {
    const place = await bench.place();
    const host = hostWith(scripted({ implement: [{ exit: 7 }, { exit: 7 }, half, hang, { exit: 7 }] }));
    const input = await runInput(bench, place);
    const first = attempt(runAgent(host), [input]);
    await failureOf(first.result);
    const second = attempt(runAgent(host), [input], { after: first });
    await failureOf(second.result);
    const third = attempt(runAgent(host), [input], { after: second });
    await reached(bench, input, 3);
    shutDown(third);

    expect(await failureOf(third.result)).toMatchObject({ type: 'WorkerShutdown', nonRetryable: false });
    expect(third.lastBeat()?.earlier.failures).toBe(2);
    expect(await failureOf(attempt(runAgent(host), [input], { after: third }).result)).toMatchObject({
      type: 'AgentCrashed',
      nonRetryable: true,
    });
  });
});

describe('the conversation of an issue', () => {
  const feedback = 'Shorter, and in French.';

  async function planned(place: Awaited<ReturnType<Bench['place']>>, agent: CodingAgent) {
    const input = await runInput(bench, place, { key: 'plan-1', assignment: { kind: 'plan', guidance: null } });
    const { trace, plan } = await attempt(runAgent(hostWith(agent)), [input]).result;
    const revise = {
      ...input,
      key: 'plan-2',
      session: trace.session,
      assignment: { kind: 'revise_plan', plan: plan?.text ?? '', feedback } as const,
    };
    return { input, revise };
  }

  it('says what is asked for where the first attempt ended before the agent heard of it', async () => {
    const place = await bench.place();
    const agent = scripted({});
    const { revise } = await planned(place, agent);
    const dying = createHost(bench, {
      agent,
      sandbox,
      dependencies: { sandbox: () => Promise.reject(new GhwError('WorkspaceFailed', 'The worker died.')) },
    });
    const first = attempt(runAgent(dying), [revise]);
    await failureOf(first.result);

    const { trace } = await attempt(runAgent(hostWith(agent)), [revise], { after: first }).result;

    expect((await promptsOf(bench, trace.session.file)).at(-1)).toContain(feedback);
  });

  it('goes on on a host that knows only its beginning with all that was said elsewhere', async () => {
    const place = await bench.place();
    const agent = scripted({ implement: [half] });
    const { input, revise } = await planned(place, agent);
    const { trace: revised } = await attempt(runAgent(hostWith(agent, 'reviser')), [revise]).result;
    const implement = await runInput(bench, place, { session: revised.session });

    const { trace } = await attempt(runAgent(hostWith(agent)), [implement]).result;

    const prompts = await promptsOf(bench, trace.session.file);
    expect(prompts.map((prompt) => prompt.split('\n')[0])).toEqual([
      'Task: plan an issue',
      'Task: revise the plan',
      'Task: implement the plan',
    ]);
    expect(trace).toMatchObject({ resumed: true, notes: [], session: { id: input.newSessionId } });
  });

  it('begins anew where the session is gone everywhere, and says so', async () => {
    const place = await bench.place();
    const agent = scripted({});
    const { revise } = await planned(place, agent);
    const gone = { ...revise, session: { ...revise.session, file: { sha256: '0'.repeat(64), bytes: 1 } } };

    const { trace } = await attempt(runAgent(hostWith(agent, 'without-session')), [gone]).result;

    expect(trace.resumed).toBe(false);
    expect(trace.notes).toEqual([expect.stringContaining('a new one began')]);
    const [prompt = ''] = await promptsOf(bench, trace.session.file);
    for (const told of [feedback, 'Plan for #1', 'Say "good day".']) expect(prompt).toContain(told);
  });
});
