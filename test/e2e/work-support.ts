import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { parse, stringify } from 'yaml';
import { wholeSelection, type CycleRequest, type CycleState, type PhaseResult } from '../../src/domain/cycle/cycle.ts';
import type { WorkSelection } from '../../src/domain/cycle/cycle.ts';
import { cyclePhases, type CyclePhase } from '../../src/domain/cycle/phases.ts';
import type { Script, ScriptStep } from '../../src/agents/scripted/script.ts';
import type { IssueIdentity } from '../../src/domain/issue-state.ts';
import type { IssueSummary } from '../../src/domain/summary.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import type { Ledger, ProgressLine } from '../../src/ledger/ledger.ts';
import { cycleQuery, WORK_CYCLE_WORKFLOW } from '../../src/workflows/protocol.ts';
import { HELD_UP, tell } from './killed-support.ts';
import { IDENTITY, type Scene } from './support.ts';

/** What a test wants of a cycle beyond the ordinary. */
export type CycleWish = Partial<Omit<CycleRequest, 'selection'>> & { readonly selection?: Partial<WorkSelection> };

export interface StartedCycle {
  readonly id: string;
  readonly handle: WorkflowHandle;
  state(): Promise<CycleState>;
  result(): Promise<CycleState>;
}

export function cycleRequest({ selection, ...over }: CycleWish = {}): CycleRequest {
  return {
    name: 'once',
    selection: { ...wholeSelection, ...selection },
    phases: cyclePhases,
    choices: {},
    dryRun: false,
    frequency: null,
    intervalMs: null,
    ...over,
  };
}

export async function startCycle(scene: Scene, wish: CycleWish = {}): Promise<StartedCycle> {
  const id = `work:test:${randomUUID()}`;
  const handle = await scene.temporal.client.workflow.start(WORK_CYCLE_WORKFLOW, {
    workflowId: id,
    taskQueue: scene.client.taskQueue,
    args: [cycleRequest(wish)],
  });
  scene.atClose(() => handle.terminate('test over'));
  return {
    id,
    handle,
    state: () => handle.query(cycleQuery),
    result: () => handle.result() as Promise<CycleState>,
  };
}

/** One cycle from beginning to end. */
export async function runCycle(scene: Scene, wish: CycleWish = {}): Promise<CycleState> {
  return (await startCycle(scene, wish)).result();
}

export function phaseOf({ phases }: CycleState, wanted: CyclePhase): PhaseResult {
  const found = phases.find(({ phase }) => phase === wanted);
  if (!found) throw new Error(`The cycle had no phase ${wanted}: ${JSON.stringify(phases)}`);
  return found;
}

/** The numbers of the issues that came to `outcome` in a phase. */
export function numbersOf(state: CycleState, phase: CyclePhase, outcome: string): number[] {
  return phaseOf(state, phase)
    .issues.filter((issue) => issue.outcome === outcome)
    .map(({ number }) => number)
    .sort((a, b) => a - b);
}

/** Puts more issues beside the one that every scene has. @returns all their numbers */
export function addIssues(
  scene: Scene,
  count: number,
  options: { readonly labels?: readonly string[]; readonly repository?: string } = {},
): number[] {
  const { labels = ['ghw'], repository = scene.repository } = options;
  return Array.from({ length: count }, (_, index) => {
    const title = `Task ${index + 2}`;
    return scene.github.seed.addIssue(repository, { title, body: 'Do it.', author: 'ana', labels }).number;
  });
}

/** Another repository, with one issue that is selected, in GitHub and in the configuration. */
export async function addRepository(scene: Scene, name: string, config: object = {}): Promise<string> {
  const full = `Octo/${name}-${randomUUID().slice(0, 8)}`;
  const [owner = '', repository = ''] = full.split('/');
  await scene.github.seed.addRepository({
    owner,
    name: repository,
    defaultBranch: 'trunk',
    files: { 'README.md': `# ${name}\n` },
    permissions: { [IDENTITY]: 'WRITE' },
  });
  addIssues(scene, 1, { repository: full });
  await changeConfig(scene, (before) => ({
    ...before,
    repositories: [...(before.repositories as object[]), { name: full, ...config }],
  }));
  return full;
}

export async function changeConfig(
  scene: Scene,
  change: (before: Record<string, unknown>) => Record<string, unknown>,
): Promise<void> {
  const before = parse(await readFile(scene.configPath, 'utf8')) as Record<string, unknown>;
  await writeFile(scene.configPath, stringify(change(before)));
}

export function issueOf(scene: Scene, number: number, repository = scene.repository): IssueIdentity {
  return { repository, repositoryId: null, number };
}

/** Has a cycle plan these issues, and a person approve the plans. */
export async function planAndApproveAll(scene: Scene, issues: readonly IssueIdentity[]): Promise<void> {
  await runCycle(scene, { phases: ['sync', 'plan'], selection: { numbers: rangesOf(issues) } });
  for (const issue of issues) {
    const { plan } = await scene.until(isPlanned, issue);
    await tell(scene, 'approvePlan', { issue, digest: plan.digest });
  }
  await untilLedger(scene, async (ledger) => {
    const known = await ledger.issues.list({ state: 'all' });
    const approved = known.filter(({ progress }) => progress?.planState === 'approved');
    return approved.length >= issues.length;
  });
}

function rangesOf(issues: readonly IssueIdentity[]): (readonly [number, number])[] {
  return [...new Set(issues.map(({ number }) => number))].map((number) => [number, number]);
}

export function isPlanned({ plan, step }: IssueSummary): boolean {
  return plan.state === 'awaiting_review' && step === null;
}

/** Waits until the ledger says so. */
export async function untilLedger(scene: Scene, isTrue: (ledger: Ledger) => Promise<boolean>): Promise<void> {
  await withLedger(scene, async (ledger) => {
    while (!(await isTrue(ledger))) await new Promise((resolve) => setTimeout(resolve, 50));
  });
}

/** Waits until the ledger knows this of an issue. */
export async function untilKnown(
  scene: Scene,
  number: number,
  isWanted: (progress: ProgressLine) => boolean,
  repository = scene.repository,
): Promise<void> {
  await untilLedger(scene, async (ledger) => {
    const known = await ledger.issues.find({ repositoryId: null, repository, number });
    return known?.progress ? isWanted(known.progress) : false;
  });
}

export async function withLedger<Result>(scene: Scene, act: (ledger: Ledger) => Promise<Result>): Promise<Result> {
  const ledger = await openLedger(scene.env.DATABASE_URL ?? '');
  try {
    return await act(ledger);
  } finally {
    await ledger.close();
  }
}

/** Our own pull requests, by branch. */
export function branchesOfPullRequests(scene: Scene, repository = scene.repository): string[] {
  return scene.github
    .repository(repository)
    .pullRequests.map(({ headRefName }) => headRefName)
    .sort();
}

/** Ids of the requests that a cycle got answers for, as its history has them. */
export async function answersIn(handle: WorkflowHandle): Promise<string[]> {
  const { events } = await handle.fetchHistory();
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => {
    const data = signal?.signalName === 'answer' ? signal.input?.payloads?.[0]?.data : null;
    return data ? [(JSON.parse(Buffer.from(data).toString()) as { requestId: string }).requestId] : [];
  });
}

/**
 * An agent for which an issue's title says what becomes of it: `crash` dies in every phase, `slow` implements only once
 * it has been {@link letGo}.
 */
export function scriptByTitle(): Script {
  const shell = (text: string): ScriptStep => ({ run: ['sh', '-c', text] });
  // Once for each attempt: an agent that is started again goes on behind the step at which it died.
  const crash = Array.from({ length: 6 }, () => shell('case "{{issue.title}}" in *crash*) kill -9 $PPID;; esac'));
  const slow = shell(`case "{{issue.title}}" in *slow*) ${HELD_UP};; esac`);
  const approve: ScriptStep = { review: { verdict: 'approve', summary: 'Fine.', findings: [] } };
  return {
    plan: [{ steps: [...crash, { plan: '# Plan\n\nDo #{{issue.number}}.' }] }],
    implement: [
      { steps: [slow, { write: { path: 'done-{{issue.number}}.txt', content: 'done\n' } }, { text: 'Done.' }] },
    ],
    review: [{ steps: [approve] }],
  };
}

/** Every request to GitHub that is about this repository gets HTTP 502. */
export function breakRepository(scene: Scene, repository: string): void {
  const { id } = scene.github.repository(repository);
  const name = repository.split('/')[1] ?? '';
  scene.github.fault({
    match: ({ path, variables }) => [id, name].some((word) => `${path} ${JSON.stringify(variables)}`.includes(word)),
    times: Infinity,
    status: 502,
  });
}
