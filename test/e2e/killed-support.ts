import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { SESSIONS, type Script, type ScriptStep } from '../../src/agents/scripted/script.ts';
import type { SessionEntry } from '../../src/agents/scripted/session-log.ts';
import { GhwError } from '../../src/domain/errors.ts';
import type { CommandName } from '../../src/domain/commands/index.ts';
import type { IssueIdentity } from '../../src/domain/issue-state.ts';
import type { IssueSummary } from '../../src/domain/summary.ts';
import { processesWith, until } from '../sandbox/support.ts';
import type { Scene } from './support.ts';

/** What an agent writes line by line; a step that was repeated shows as a line that is there twice. */
const LOG = 'log.txt';

/** Milliseconds. Long enough that the worker tells Temporal of a run before its agent is through. */
const STEP_MS = 1_000;

/** What an agent waits for; nothing that a test asserts depends on how fast the machine is. */
const GO = 'go';

/** A shell command that lasts until the test says {@link letGo}. */
export const HELD_UP = `until [ -e "$HOME/${GO}" ]; do sleep 0.1; done`;

/** Lets the agent of an issue go on, as soon as it is held up. */
export async function letGo(scene: Scene, issue: IssueIdentity = scene.issue): Promise<void> {
  await reached(scene, issue, { role: 'author', phase: 'implement', step: 0 });
  await writeFile(workspacePath(scene, issue, 'home-author', GO), '');
}

const approval: ScriptStep = { review: { verdict: 'approve', summary: 'Fine.', findings: [] } };

/** Steps that each leave a line, with time between them to be killed in. */
function logged(lines: readonly string[]): ScriptStep[] {
  return lines.flatMap((line) => [{ append: { path: LOG, content: `${line}\n` } }, { sleep: STEP_MS }]);
}

const lines = ['a', 'b', 'c'];

/** The step in which an agent that `holds` waits until it is {@link letGo}; a later attempt goes on behind it. */
export const HOLD_STEP = lines.length * 2;

/** An agent that takes its time in the phase of interest. */
export function slowScript(
  slow: { readonly plan?: number; readonly review?: number; readonly holds?: boolean } = {},
): Script {
  const hold: ScriptStep[] = slow.holds ? [{ run: ['sh', '-c', HELD_UP] }] : [];
  return {
    plan: [{ steps: [{ text: 'Reading.' }, { sleep: slow.plan ?? 0 }, { plan: '# Plan\n\nSay good day.' }] }],
    implement: [{ steps: [...logged(lines), ...hold, { text: 'Done.' }] }],
    review: [{ steps: [{ sleep: slow.review ?? 0 }, approval] }],
  };
}

/** What this host holds of an issue. */
export function workspacePath(scene: Scene, issue: IssueIdentity, ...path: readonly string[]): string {
  const name = scene.repository.toLowerCase();
  return join(scene.directory, 'data/repositories/workspaces', name, `issue-${issue.number}`, ...path);
}

/** What the agents of a role remember, by session. */
export function sessionsOf(
  scene: Scene,
  issue: IssueIdentity,
  role: 'author' | 'reviewer',
): ReadonlyMap<string, readonly SessionEntry[]> {
  const directory = workspacePath(scene, issue, `home-${role}`, SESSIONS);
  const files = existsSync(directory) ? readdirSync(directory) : [];
  return new Map(
    files.map((file) => {
      const whole = readFileSync(join(directory, file), 'utf8').split('\n').slice(0, -1);
      return [file.replace('.jsonl', ''), whole.map((line) => JSON.parse(line) as SessionEntry)];
    }),
  );
}

/** Waits until an agent of the role has begun a step of a phase, or has ended its turn. */
export async function agentReached(
  scene: Scene,
  role: 'author' | 'reviewer',
  phase: string,
  step: number | 'end',
): Promise<void> {
  await reached(scene, scene.issue, { role, phase, step });
}

async function reached(
  scene: Scene,
  issue: IssueIdentity,
  {
    role,
    phase,
    step,
  }: { readonly role: 'author' | 'reviewer'; readonly phase: string; readonly step: number | 'end' },
): Promise<void> {
  await until(() => {
    const entries = [...sessionsOf(scene, issue, role).values()].flat();
    const begun = entries.findIndex((entry) => entry.type === 'prompt' && entry.phase === phase);
    if (begun < 0) return false;
    return entries.slice(begun).some((entry) => entry.type === step || (entry.type === 'step' && entry.index === step));
  });
}

/** Sends a command until somebody has taken it, always as the same request. */
export async function tell<Name extends CommandName>(
  scene: Scene,
  name: Name,
  options: { readonly issue?: IssueIdentity; readonly digest?: string | null } = {},
): Promise<void> {
  const { issue = scene.issue, digest } = options;
  const input = { by: 'ana', requestId: randomUUID(), ...(digest === undefined ? {} : { digest }) };
  for (;;) {
    try {
      await scene.client.send(name, issue, input as Parameters<typeof scene.client.send<Name>>[2]);
      return;
    } catch (error) {
      if (!(error instanceof GhwError) || error.name !== 'NoWorker') throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export function isOpened({ implementation, step }: IssueSummary): boolean {
  return implementation.state === 'pr_opened' && step === null;
}

export function isReviewed(summary: IssueSummary): boolean {
  return summary.review.report !== null && isOpened(summary);
}

export async function planAndApprove(scene: Scene, issue: IssueIdentity = scene.issue): Promise<void> {
  await tell(scene, 'plan', { issue });
  const { plan } = await scene.until((seen) => seen.plan.state === 'awaiting_review' && seen.step === null, issue);
  await tell(scene, 'approvePlan', { issue, digest: plan.digest });
}

/** The promise: one branch, one pull request, one comment of a kind, one session, and nothing done twice. */
export async function expectOneOfEverything(
  scene: Scene,
  options: { readonly issue?: IssueIdentity; readonly commands: readonly string[] },
): Promise<void> {
  const { issue = scene.issue } = options;
  const summary = await scene.until(isOpened, issue);
  const view = scene.github.repository(scene.repository);
  const branch = `ghw/issue-${issue.number}`;

  const pullRequests = view.pullRequests.filter(({ headRefName }) => headRefName.startsWith(branch));
  expect(pullRequests).toMatchObject([{ state: 'OPEN', baseRefName: 'trunk', headRefName: branch }]);
  expect(pullRequests[0]?.number).toBe(summary.implementation.pullRequest?.number);
  expect((await view.branches())[branch]).toBe(summary.implementation.headSha);
  expect(summary.implementation.failure).toBeNull();

  expect(view.issue(issue.number).comments).toHaveLength(1);
  expect(pullRequests[0]?.comments).toHaveLength(summary.review.report === null ? 0 : 1);

  const log = await view.git(['show', `${branch}:${LOG}`]);
  expect(log.split('\n')).toEqual(lines);

  expect([...sessionsOf(scene, issue, 'author').keys()]).toEqual([summary.sessionId]);
  const { runs } = summary;
  const finished = runs.filter(({ outcome }) => outcome === 'ok').map(({ phase }) => phase);
  expect(finished).toEqual(['plan', 'implement', ...(summary.review.report === null ? [] : ['review'])]);
  expect(runs.filter(({ outcome }) => outcome === 'failed')).toEqual([]);

  await expectOneHistory(scene, issue, options.commands);
}

/** Every message is answered and booked once, no workflow task failed, and the runs are of one conversation. */
async function expectOneHistory(scene: Scene, issue: IssueIdentity, commands: readonly string[]): Promise<void> {
  const audit = await scene.client.audit(issue);
  const booked = audit.filter(({ door }) => door === 'cli' || door === 'signal');
  expect(booked.map(({ action, detail }) => `${action} ${detail.startsWith('refused') ? detail : ''}`.trim())).toEqual(
    commands,
  );
  const { events = [] } = await scene.client.handle(issue).fetchHistory();
  const having = (name: keyof NonNullable<typeof events>[number]): unknown[] =>
    (events ?? []).filter((event) => event[name] !== null && event[name] !== undefined);
  expect(having('workflowTaskFailedEventAttributes')).toEqual([]);
  expect(having('workflowExecutionUpdateCompletedEventAttributes')).toHaveLength(
    having('workflowExecutionUpdateAcceptedEventAttributes').length,
  );
  expect(having('workflowExecutionStartedEventAttributes')).toHaveLength(1);
}

/** Stops the workers; then nothing that any of them, dead or alive, has started may be left. */
export async function expectNoProcessLeft(
  scene: Scene,
  workers: readonly { kill(signal: NodeJS.Signals): Promise<void> }[],
): Promise<void> {
  await Promise.all(workers.map((worker) => worker.kill('SIGTERM')));
  await until(async () => (await processesWith(scene.directory)).length === 0);
}
