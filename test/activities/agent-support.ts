import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReviewChangeInput, RunAgentInput } from '../../src/activities/agent/types.ts';
import type { CodingAgent } from '../../src/agents/agent.ts';
import { createScriptedAgent } from '../../src/agents/scripted/scripted-agent.ts';
import { parseScript } from '../../src/agents/scripted/schema.ts';
import { SESSIONS } from '../../src/agents/scripted/script.ts';
import type { SessionEntry } from '../../src/agents/scripted/session-log.ts';
import type { ArtifactRef } from '../../src/domain/artifact.ts';
import type { IssueIdentity } from '../../src/domain/issue-state.ts';
import { defaultTalk } from '../../src/domain/policy.ts';
import type { RunTrace } from '../../src/domain/progress/run.ts';
import type { Workspaces } from '../../src/workspace/workspace.ts';
import { NOW, PLAN_TEXT } from '../domain/builders.ts';
import { until } from '../sandbox/support.ts';
import { mainActivities, type Bench, type Place } from './support.ts';

type Steps = readonly object[];

/** The scripted agent with these steps; phases that are not given play the built-in script. */
export function scripted(phases: {
  readonly plan?: Steps;
  readonly implement?: Steps;
  readonly review?: Steps;
}): CodingAgent {
  const turns = Object.entries(phases).map(([phase, steps]) => [phase, [{ steps }]] as const);
  return createScriptedAgent({ script: parseScript(Object.fromEntries(turns), 'test') });
}

export async function runInput(
  bench: Bench,
  { issue, baseOid }: Place,
  more: Partial<RunAgentInput> = {},
): Promise<RunAgentInput> {
  const { observed } = await mainActivities(bench).syncIssue({ issue, comments: null });
  const { snapshot, textDigest } = observed;
  return {
    issue,
    snapshot,
    issueTextDigest: textDigest,
    key: 'implement-1',
    choice: { agent: 'scripted', model: null },
    session: null,
    newSessionId: randomUUID(),
    limits: { wallClockMs: 60_000, idleMs: 30_000, maxTurns: 10, budgetUsd: null },
    allowance: { runUsd: null, budgets: defaultTalk.budgets, raisedUsd: 0, raises: [], workRaisedUsd: 0 },
    spent: { workUsd: 0, issueUsd: 0 },
    messages: [],
    said: [],
    baseOid,
    parent: null,
    work: null,
    assignment: { kind: 'implement', plan: PLAN_TEXT },
    continues: false,
    committedAt: NOW,
    ...more,
  };
}

export async function reviewInput(
  bench: Bench,
  place: Place,
  more: Partial<ReviewChangeInput> & Pick<ReviewChangeInput, 'headOid' | 'work'>,
): Promise<ReviewChangeInput> {
  const { parent: _parent, work: _work, assignment: _assignment, ...rest } = await runInput(bench, place);
  const { continues: _continues, committedAt: _committedAt, messages: _messages, said: _said, ...shared } = rest;
  return { ...shared, key: 'review-1', plan: PLAN_TEXT, ...more };
}

/** What a host holds of an issue. */
export function workspacePath(bench: Bench, { issue }: Place, ...path: readonly string[]): string {
  return join(bench.directory, 'host', ...workspaceOf(issue), ...path);
}

/** The files below an issue's tree on a host. */
export function treePath(bench: Bench, place: Place, ...path: readonly string[]): string {
  return workspacePath(bench, place, 'tree', ...path);
}

function workspaceOf({ repository, number }: IssueIdentity): readonly string[] {
  return ['workspaces', ...repository.toLowerCase().split('/'), `issue-${number}`];
}

/** Waits until the author is at a step of its script on a host; resumed, it goes on with the one after. */
export async function reached(bench: Bench, input: RunAgentInput, step: number, root = 'host'): Promise<void> {
  const home = join(bench.directory, root, ...workspaceOf(input.issue), 'home-author');
  const session = join(home, SESSIONS, `${input.newSessionId}.jsonl`);
  const entry = JSON.stringify({ type: 'step', index: step } satisfies SessionEntry);
  await until(async () => (await readFile(session, 'utf8').catch(() => '')).includes(entry));
}

/** What the agent remembers, as its session was kept. */
export async function rememberedBy(bench: Bench, session: ArtifactRef | null): Promise<readonly SessionEntry[]> {
  if (!session) throw new Error('The session was not kept.');
  const text = String(await bench.artifacts.get(session));
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as SessionEntry);
}

export async function promptsOf(bench: Bench, session: ArtifactRef | null): Promise<readonly string[]> {
  const entries = await rememberedBy(bench, session);
  return entries.flatMap((entry) => (entry.type === 'prompt' ? [entry.prompt] : []));
}

/** The trace that a failure carries. */
export function traceIn(failure: { readonly details?: unknown[] | null }): RunTrace {
  const [details] = (failure.details ?? []) as ({ readonly trace?: RunTrace } | undefined)[];
  if (!details?.trace) throw new Error(`The failure carries no trace: ${JSON.stringify(failure.details)}`);
  return details.trace;
}

/** Files of a commit that a bundle brings, as somebody who only has the artifact store sees them. */
export async function filesOf(
  workspaces: Workspaces,
  place: Place,
  work: { readonly oid: string; readonly bundle: ArtifactRef },
  paths: readonly string[],
): Promise<Record<string, string | null>> {
  const { issue, remote, baseOid } = place;
  const workspace = await workspaces.prepare({ issue, remote, key: randomUUID(), baseOid, parent: null, work });
  try {
    const read = paths.map(async (path) => [path, await workspaces.readFile(workspace, work.oid, path)] as const);
    return Object.fromEntries(await Promise.all(read));
  } finally {
    await workspace.release();
  }
}

/** Nobody holds the issue's workspace: it can be taken at once. */
export async function expectReleased(workspaces: Workspaces, { issue, remote, baseOid }: Place): Promise<void> {
  const signal = AbortSignal.timeout(5_000);
  const key = randomUUID();
  const workspace = await workspaces.prepare({ issue, remote, key, baseOid, parent: null, work: null, signal });
  await workspace.release();
}
