import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { installCli } from '../../src/agents/install/find-cli.ts';
import { createPostgresStore } from '../../src/artifacts/postgres-store.ts';
import { pendingStep } from '../../src/client/pending-step.ts';
import type { ArtifactRef } from '../../src/domain/artifact.ts';
import { QUESTION_FENCE } from '../../src/domain/question.ts';
import { openDatabase } from '../../src/ledger/database.ts';
import { realClis, type RealCli } from '../agents/real-clis.ts';
import {
  startScriptedModel,
  type ModelReply,
  type ModelRequest,
  type ScriptedModel,
} from '../peers/model/scripted-model.ts';
import { processesWith, until } from '../sandbox/support.ts';
import { anotherHost, hostDirectory } from './another-host.ts';
import { expectNoProcessLeft, isOpened, tell } from './killed-support.ts';
import { setScene, type Scene } from './support.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

const QUESTION = `\`\`\`${QUESTION_FENCE}\n{"type": "yes_no", "question": "Politely?", "context": "The issue does not say."}\n\`\`\``;

const EMOJI = '😀';
const EMOJI_COUNT = 40_000;
/** 300 kB in all. */
const COMMENTS = Array.from({ length: 5 }, (_, n) => `${'Please. '.repeat(7_500)}The end of comment ${n + 1}.`);

/** What each of them would run or obey, all in one repository. */
const planted = Object.assign({}, ...realClis.map(({ hostile }) => hostile)) as Readonly<Record<string, string>>;

let scene: Scene;
let model: ScriptedModel;

afterEach(async () => {
  await scene.close();
  await model.close();
});

/** A model that asks before it plans, and whose first two tries at implementing are in a command that never ends. */
function scripted(cli: RealCli, mark: string, deaths: () => number): (request: ModelRequest) => ModelReply {
  return ({ prompt, step }) => {
    if (prompt.includes('Task: plan an issue')) return { say: QUESTION };
    if (prompt.includes('Task: go on with an answer')) return { say: '# Plan: heliotrope\n\nSay good day.' };
    const hold = cli.shell(`node -e "setInterval(() => {}, 1e6)" ${mark}`);
    if (deaths() === 0) return step === 1 ? cli.write('src/lost.txt', 'lost\n') : hold;
    if (deaths() === 1) return step === 1 ? cli.write('src/half.txt', 'half\n') : hold;
    if (step === 1) return cli.write('src/day.txt', 'good day\n');
    return step === 2 ? cli.shell('cat src/half.txt src/day.txt > src/whole.txt') : { say: 'Done.' };
  };
}

/** A long issue with a long thread, in a repository that would take over whoever reads its configuration. */
async function setHostileScene(cli: RealCli, path: string): Promise<Scene> {
  const set = await setScene({
    env: { TEST_MODEL_KEY: 'dummy-key-for-the-scripted-model' },
    files: { 'src/hello.txt': 'hello\n', ...planted },
    body: `${EMOJI.repeat(EMOJI_COUNT)} The end of the body.`,
    config: {
      agent: { default: cli.name, model: cli.model },
      agents: {
        [cli.name]: { path, base_url: cli.baseUrl(model.url), api_key_env: 'TEST_MODEL_KEY', ...cli.settings },
      },
      validation: { commands: ['grep -q half src/whole.txt', 'grep -q day src/whole.txt'] },
    },
  });
  const { github, issue, repository } = set;
  // On a public repository, comments of people who may not write are not shown.
  github.seed.setPermission(repository, 'ana', 'WRITE');
  for (const body of COMMENTS) github.seed.addComment(repository, issue.number, { body, author: 'ana' });
  return set;
}

/** Waits until the other hosts could know of `words` and of a change, whenever the agent's host dies. */
async function untilSaved(words: string): Promise<void> {
  const database = await openDatabase(scene.env.DATABASE_URL ?? '');
  try {
    const store = createPostgresStore(database);
    await until(async () => {
      const told = await pendingStep(scene.client, scene.issue);
      const session = told?.details.session as ArtifactRef | null | undefined;
      if (!session || !told?.details.checkpoint) return false;
      return (await store.get(session))?.includes(words) === true;
    });
  } finally {
    await database.close();
  }
}

/** A host of this name with a worker, and its end with all that it had. */
async function startHost(
  name: string,
  checkpointInterval: string,
): Promise<WorkerProcess & { readonly die: () => Promise<void> }> {
  const host = await anotherHost(scene, name, { implement: { checkpoint_interval: checkpointInterval } });
  const worker = await startWorkerProcess(host);
  const die = async (): Promise<void> => {
    await worker.kill('SIGKILL');
    await until(async () => (await processesWith(hostDirectory(scene, name))).length === 0);
    await rm(hostDirectory(scene, name), { recursive: true });
  };
  return { ...worker, die };
}

describe.each(realClis)('an issue with the real $name, its model scripted', (cli) => {
  let path: string;

  beforeAll(async () => {
    ({ path } = await installCli(cli.distribution));
  }, 900_000);

  it('is planned with a question, implemented through the loss of two hosts, and ends in a pull request', async () => {
    const mark = randomUUID();
    let deaths = 0;
    model = await startScriptedModel(scripted(cli, mark, () => deaths));
    scene = await setHostileScene(cli, path);
    const { client, github, issue, repository } = scene;
    const requestsAtDeath: number[] = [];
    const isHeld = async (): Promise<boolean> => (await processesWith(`\0${mark}`)).length > 0;

    const first = await startHost('first', '1h');
    await tell(scene, 'plan');
    const asked = await scene.until(({ question, step }) => question !== null && step === null);
    await client.send('answer', issue, { by: 'ana', text: 'yes', questionId: asked.question?.id ?? '' });
    const planned = await scene.until((seen) => seen.plan.state === 'awaiting_review' && seen.step === null);
    await tell(scene, 'approvePlan', { digest: planned.plan.digest });
    await tell(scene, 'implement');
    await until(isHeld);
    await first.die();
    requestsAtDeath.push(model.requests.length);
    deaths = 1;
    const second = await startHost('second', '1s');
    await until(isHeld);
    await untilSaved('half.txt');
    await second.die();
    requestsAtDeath.push(model.requests.length);
    deaths = 2;
    const third = await startHost('third', '1h');
    const done = await scene.until(isOpened);

    const view = github.repository(repository);
    const { trunk, 'ghw/issue-1': head } = await view.branches();
    const changed = await view.git(['diff', '--name-only', `${trunk ?? ''}..${head ?? ''}`]);
    expect(view.pullRequests).toMatchObject([{ state: 'OPEN', baseRefName: 'trunk', headRefName: 'ghw/issue-1' }]);
    // The work that was saved is there, and what was planted in the repository neither ran nor went.
    expect(changed.trim().split('\n')).toEqual(['src/day.txt', 'src/half.txt', 'src/whole.txt']);
    expect([asked.sessionId, planned.sessionId, done.sessionId]).toEqual(Array(3).fill(done.sessionId));
    expect(new Set(model.requests.map(({ sessionId }) => sessionId)).size).toBe(1);
    // Each host's model is shown the conversation as it was saved: at the end of planning, and in the middle of the work.
    const [onSecond = '', onThird = ''] = requestsAtDeath.map((at) => JSON.stringify(model.requests[at]?.body));
    for (const words of ['Task: plan an issue', 'Politely?', 'heliotrope']) {
      expect(onSecond).toContain(words);
      expect(onThird).toContain(words);
    }
    expect([onSecond.includes('lost.txt'), onThird.includes('half.txt')]).toEqual([false, true]);
    expect(done.runs.map(({ phase, agent, outcome }) => [phase, agent, outcome])).toEqual([
      ['plan', cli.name, 'ok'],
      ['plan', cli.name, 'ok'],
      ['implement', cli.name, 'ok'],
    ]);
    // Nothing of the issue is left out, however long.
    const prompt = model.requests.find((request) => request.prompt.includes('Task: plan an issue'))?.prompt ?? '';
    expect(prompt.split(EMOJI).length - 1).toBe(EMOJI_COUNT);
    for (const body of COMMENTS) expect(prompt).toContain(body);
    await expectNoProcessLeft(scene, [third]);
  });
});
