import { spawn } from 'node:child_process';
import { appendFileSync, lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, normalize, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ScriptedQuestion, ScriptedReview, ScriptedRun, ScriptStep } from './script.ts';

/** A line of the agent's output. */
export type ScriptedLine =
  | { readonly type: 'session'; readonly sessionId: string; readonly turn: number }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool'; readonly id: string; readonly name: string; readonly summary: string }
  | { readonly type: 'tool_end'; readonly id: string; readonly ok: boolean }
  /** US dollars. */
  | { readonly type: 'cost'; readonly costUsd: number }
  | {
      readonly type: 'result';
      readonly ok: boolean;
      readonly text: string;
      readonly structured: ScriptedReview | null;
      readonly costUsd: number;
    };

/** What the steps of a turn left for the final word. */
export interface Played {
  readonly text: string | null;
  readonly plan: string | null;
  readonly review: ScriptedReview | null;
  /** As the text that asks it. */
  readonly question: string | null;
  readonly costUsd: number;
}

export interface Player {
  readonly subject: ScriptedRun['subject'];
  readonly say: (line: ScriptedLine) => void;
}

/** Plays one step in the current directory. */
export async function playStep(step: ScriptStep, id: string, player: Player): Promise<Partial<Played>> {
  const fill = (template: string): string => fillIn(template, player.subject);
  if ('text' in step) {
    player.say({ type: 'text', text: fill(step.text) });
    return { text: fill(step.text) };
  }
  if ('plan' in step) return { plan: fill(step.plan) };
  if ('review' in step) {
    const findings = step.review.findings.map((finding) => ({ ...finding, message: fill(finding.message) }));
    return { review: { ...step.review, summary: fill(step.review.summary), findings } };
  }
  if ('question' in step) return { question: questionText(step.question, fill) };
  if ('cost' in step) {
    player.say({ type: 'cost', costUsd: step.cost });
    return { costUsd: step.cost };
  }
  if ('sleep' in step) await sleep(step.sleep);
  else if ('exit' in step) process.exit(step.exit);
  else if ('hang' in step) await new Promise(() => setInterval(() => undefined, 60_000));
  else if ('crash' in step) process.kill(process.pid, 'SIGKILL');
  else await useTool(step, id, fill, player);
  return {};
}

/** In the form that the prompt asks for. */
function questionText(asked: ScriptedQuestion, fill: (template: string) => string): string {
  return `\`\`\`ghw-question\n${fill(JSON.stringify(asked))}\n\`\`\``;
}

type ToolStep = Extract<ScriptStep, { write: unknown } | { append: unknown } | { delete: unknown } | { run: unknown }>;

async function useTool(step: ToolStep, id: string, fill: (template: string) => string, player: Player): Promise<void> {
  const [name = ''] = Object.keys(step);
  const target =
    'run' in step
      ? step.run.map(fill).join(' ')
      : fill('delete' in step ? step.delete : 'write' in step ? step.write.path : step.append.path);
  player.say({ type: 'tool', id, name, summary: target });
  let ok = true;
  if ('run' in step) ok = await run(step.run.map(fill));
  else if ('delete' in step) rmSync(safePath(target), { recursive: true, force: true });
  else {
    const path = safePath(target);
    mkdirSync(dirname(path), { recursive: true });
    if ('write' in step) writeFileSync(path, fill(step.write.content));
    else appendFileSync(path, fill(step.append.content));
  }
  player.say({ type: 'tool_end', id, ok });
}

/** In a group of its own, as the shell tools of other agents are: ending the agent must reach it all the same. */
async function run([file = '', ...args]: readonly string[]): Promise<boolean> {
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'inherit'], detached: true });
  return await new Promise((done) => {
    child.on('error', () => done(false));
    child.on('exit', (code) => done(code === 0));
  });
}

/** @throws Error if the path leaves the tree, names its git directory or passes through a link */
function safePath(path: string): string {
  const parts = normalize(path).split(sep);
  if (isAbsolute(path) || path.includes('\0') || parts.some((part) => part === '..' || part.toLowerCase() === '.git')) {
    throw new Error(`The script names a path outside the tree: ${JSON.stringify(path)}`);
  }
  let sofar = '.';
  for (const part of parts) {
    sofar = join(sofar, part);
    if (lstatSync(sofar, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
      throw new Error(`The script names a path through a link: ${JSON.stringify(path)}`);
    }
  }
  return sofar;
}

function fillIn(template: string, subject: ScriptedRun['subject']): string {
  const values: Record<string, string> = {
    'issue.number': subject?.number.toString() ?? '0',
    'issue.title': subject?.title ?? 'untitled',
    repository: subject?.repository ?? 'unknown/unknown',
  };
  return template.replace(/\{\{\s*([a-z.]+)\s*\}\}/g, (whole, name: string) => values[name] ?? whole);
}
