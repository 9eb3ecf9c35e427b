import { access } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ActivityCancellationDetails } from '@temporalio/common';
import type { AgentActivities } from '../../src/activities/types.ts';
import type { CodingAgent } from '../../src/agents/agent.ts';
import type { Change } from '../../src/domain/change.ts';
import { issueBranch } from '../../src/domain/implementation.ts';
import { createSandbox } from '../../src/sandbox/create-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { until } from '../sandbox/support.ts';
import { expectReleased, promptsOf, reviewInput, runInput, scripted, traceIn, treePath } from './agent-support.ts';
import { attempt, createBench, createHost, failureOf, TOKEN, type Bench, type Host, type Place } from './support.ts';

let bench: Bench;
let sandbox: Sandbox;

beforeAll(async () => {
  [bench, sandbox] = await Promise.all([createBench(), createSandbox({ kind: 'auto' })]);
});
afterAll(() => bench.cleanUp());

const implement = [{ write: { path: 'greet.txt', content: 'good day\n' } }];
const finding = { severity: 'important' as const, path: 'greet.txt', line: 1, message: 'Say who greets.' };

function hostWith(agent: CodingAgent, root?: string): Host {
  return createHost(bench, { agent, sandbox, ...(root === undefined ? {} : { root }) });
}

function reviewChange({ activities }: Host): AgentActivities['reviewChange'] {
  return (input) => activities.reviewChange(input);
}

async function implemented(place: Place): Promise<Change> {
  const { activities } = hostWith(scripted({ implement }));
  const run: AgentActivities['runAgent'] = (input) => activities.runAgent(input);
  const { change } = await attempt(run, [await runInput(bench, place)]).result;
  if (!change) throw new Error('no change');
  return change;
}

async function inputFor(place: Place) {
  const change = await implemented(place);
  return reviewInput(bench, place, { headOid: change.headOid, work: { oid: change.headOid, bundle: change.bundle } });
}

/** An agent without structured answers, which says `text`. */
function saying(text: string): CodingAgent {
  const agent = scripted({});
  return { ...agent, review: async (task) => ({ ...(await agent.review(task)), structured: undefined, text }) };
}

describe('reviewChange', () => {
  it('gives the verdict, and the same again, in a session of the reviewer’s own', async () => {
    const place = await bench.place();
    const review = { verdict: 'request_changes', summary: 'No.', findings: [finding] };
    const host = hostWith(scripted({ review: [{ review }] }));
    const input = await inputFor(place);

    const first = attempt(reviewChange(host), [input]);
    const { report, trace } = await first.result;
    const second = await attempt(reviewChange(host), [input], { after: first }).result;

    expect(report).toMatchObject({ verdict: 'request_changes', findings: [finding] });
    expect(second.report).toEqual(report);
    expect(trace).toMatchObject({ phase: 'review', checkpoint: null, session: { id: input.newSessionId } });
    expect(second.trace.session.id).toBe(input.newSessionId);
    const [prompt = ''] = await promptsOf(bench, trace.session.file);
    for (const told of ['+good day', 'Say "good day".', 'Do it.']) expect(prompt).toContain(told);
    await expectReleased(host.workspaces, place);
  });

  it('hands over no review that holds a secret', async () => {
    const place = await bench.place();
    const review = { verdict: 'request_changes', summary: 'No.', findings: [{ ...finding, message: `Why ${TOKEN}?` }] };
    const host = hostWith(scripted({ review: [{ review }] }));

    const failure = await failureOf(attempt(reviewChange(host), [await inputFor(place)]).result);

    expect(failure).toMatchObject({ type: 'AgentAnswerInvalid', nonRetryable: true });
    expect(failure.message).toContain('the review holds what looks like a secret');
    expect(JSON.stringify(failure)).not.toContain(TOKEN);
  });

  it('reads the verdict from the text of an agent that has no structured answers', async () => {
    const place = await bench.place();
    const answer = JSON.stringify({ verdict: 'approve', summary: 'Good.', findings: [] });
    const host = hostWith(saying(`Here it is:\n\`\`\`json\n${answer}\n\`\`\`\n`));

    const { report } = await attempt(reviewChange(host), [await inputFor(place)]).result;

    expect(report).toEqual({ verdict: 'approve', summary: 'Good.', findings: [] });
  });

  it('takes an approval with a blocking finding for what it is', async () => {
    const place = await bench.place();
    const blocking = { ...finding, severity: 'blocking' };
    const host = hostWith(
      scripted({ review: [{ review: { verdict: 'approve', summary: 'x', findings: [blocking] } }] }),
    );

    const { report } = await attempt(reviewChange(host), [await inputFor(place)]).result;

    expect(report.verdict).toBe('request_changes');
  });

  it.each(['LGTM', '', '{"verdict":"approve"}', '{"verdict":"merge it","summary":"x"}', '}{', '[1]'])(
    'is AgentAnswerInvalid for %j, and keeps what the reviewer said',
    async (text) => {
      const place = await bench.place();
      const host = hostWith(saying(text));

      const failure = await failureOf(attempt(reviewChange(host), [await inputFor(place)]).result);

      expect(failure).toMatchObject({ type: 'AgentAnswerInvalid', nonRetryable: true });
      expect(traceIn(failure)).toMatchObject({
        phase: 'review',
        transcript: { sha256: expect.any(String) as unknown },
      });
      await expectReleased(host.workspaces, place);
    },
  );

  it('gives the reviewer the change to read and nothing to write', async () => {
    const place = await bench.place();
    const steps = [{ run: ['grep', '-q', 'good day', 'greet.txt'] }, { run: ['touch', 'written'] }];
    const host = hostWith(scripted({ review: [...steps, { text: 'done' }] }));

    const { trace } = await attempt(reviewChange(host), [await inputFor(place)]).result;

    const transcript = trace.transcript && String(await bench.artifacts.get(trace.transcript));
    expect(transcript).toContain('"type":"tool_end","id":"0","ok":true');
    expect(transcript).toContain('"type":"tool_end","id":"1","ok":false');
    await expect(access(treePath(bench, place, 'written'))).rejects.toThrow('ENOENT');
  });

  it('does not show the reviewer the author’s session', async () => {
    const place = await bench.place();
    const input = await inputFor(place);
    const look = { run: ['sh', '-c', 'test "$(ls ~/.scripted-agent/sessions | wc -l)" = 1'] };
    const host = hostWith(scripted({ review: [look] }));

    const { trace } = await attempt(reviewChange(host), [input]).result;

    const transcript = trace.transcript && String(await bench.artifacts.get(trace.transcript));
    expect(transcript).toContain('"type":"tool_end","id":"0","ok":true');
  });

  it('reviews a head that only the remote has, on a host that never saw it', async () => {
    const place = await bench.place();
    const branch = issueBranch(place.issue.number);
    await place.view().git(['branch', branch, place.baseOid]);
    const headOid = await bench.hub.seed.addCommit(place.name, branch, {
      message: 'mine',
      files: { 'mine.txt': 'of a person\n' },
    });
    const host = hostWith(scripted({ review: [{ run: ['grep', '-q', 'person', 'mine.txt'] }] }), 'never-saw-it');
    const input = await reviewInput(bench, place, { headOid, work: null });

    const { trace } = await attempt(reviewChange(host), [input]).result;

    expect((await promptsOf(bench, trace.session.file))[0]).toContain('+of a person');
    const transcript = trace.transcript && String(await bench.artifacts.get(trace.transcript));
    expect(transcript).toContain('"type":"tool_end","id":"0","ok":true');
  });

  it('that its worker stops goes on elsewhere, and one that the workflow stops ends as cancelled', async () => {
    const place = await bench.place();
    const agent = scripted({ review: [{ text: 'Reading.' }, { hang: true }, { text: 'Read.' }, { hang: true }] });
    const input = await inputFor(place);
    const first = attempt(reviewChange(hostWith(agent)), [input]);
    await until(() => first.lastBeat()?.doing === 'Reading.');
    first.environment.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ workerShutdown: true }));
    const stopped = await failureOf(first.result);

    const elsewhere = hostWith(agent, 'other-reviewer');
    const second = attempt(reviewChange(elsewhere), [input], { after: first });
    await until(() => second.lastBeat()?.doing === 'Read.');
    second.environment.cancel();

    expect(stopped).toMatchObject({ type: 'WorkerShutdown', nonRetryable: false });
    await expect(second.result).rejects.toMatchObject({
      name: 'CancelledFailure',
      details: [{ trace: { resumed: true, session: { id: input.newSessionId } } }],
    });
    await expectReleased(elsewhere.workspaces, place);
  });
});
