import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { chooseTurn } from './choose-turn.ts';
import { playStep, type Played, type ScriptedLine } from './play.ts';
import { RUN_FILE, SESSIONS, type ScriptedRun } from './script.ts';
import { openSession, type Session } from './session-log.ts';

/**
 * The scripted agent's program: prompt on standard input, lines of JSON on standard output, a session that it goes on
 * with. It runs in the cage like any other agent and needs nothing but Node.
 */
async function main(): Promise<void> {
  const prompt = await text(process.stdin);
  const run = JSON.parse(readFileSync(join(homedir(), RUN_FILE), 'utf8')) as ScriptedRun;
  const session = openSession(join(homedir(), SESSIONS, `${run.sessionId}.jsonl`));
  const subject = remember(session, run.subject);
  const task = run.subject?.task ?? null;

  const choice = chooseTurn(run.script, run.phase, task, session.entries);
  if (choice === null)
    throw new Error(`The script has no turn for ${task ?? 'this prompt'} in the phase ${run.phase}.`);
  session.add({ type: 'prompt', phase: run.phase, task, turn: choice.index, prompt });
  say({
    type: 'session',
    sessionId: run.sessionId,
    turn: session.entries.filter((entry) => entry.type === 'prompt').length,
  });

  let played: Played = { text: null, plan: null, review: null, question: null, costUsd: 0 };
  for (const [index, step] of choice.turn.steps.entries()) {
    // What is said costs nothing to say again; what is done was done.
    if (index < choice.firstStep && !('plan' in step || 'review' in step || 'question' in step)) continue;
    session.add({ type: 'step', index });
    const { costUsd = 0, ...more } = await playStep(step, index.toString(), { subject, say });
    played = { ...played, ...more, costUsd: played.costUsd + costUsd };
  }
  session.add({ type: 'end' });
  say(finalWord(run, played));
}

/** A follow-up prompt may not say again what the issue is. */
function remember(session: Session, subject: ScriptedRun['subject']): ScriptedRun['subject'] {
  if (subject !== null) {
    session.add({ type: 'subject', subject });
    return subject;
  }
  return session.entries.findLast((entry) => entry.type === 'subject')?.subject ?? null;
}

function finalWord(run: ScriptedRun, played: Played): ScriptedLine {
  const note = '_Played from a script by the scripted agent; no model was asked._';
  const { costUsd, question } = played;
  if (question !== null && run.phase !== 'review')
    return { type: 'result', ok: true, text: question, structured: null, costUsd };
  if (run.phase === 'plan') {
    return {
      type: 'result',
      ok: true,
      text: `${(played.plan ?? played.text ?? '').trimEnd()}\n\n${note}\n`,
      structured: null,
      costUsd,
    };
  }
  if (run.phase === 'review') {
    const review = played.review ?? { verdict: 'approve' as const, summary: played.text ?? '', findings: [] };
    const structured = { ...review, summary: `${review.summary}\n\n${note}`.trimStart() };
    return { type: 'result', ok: true, text: structured.summary, structured, costUsd };
  }
  return { type: 'result', ok: true, text: `${played.text ?? 'Done.'}\n\n${note}`, structured: null, costUsd };
}

function say(line: ScriptedLine): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

await main();
