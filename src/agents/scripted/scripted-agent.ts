import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { noUsage } from '../../domain/agent-run.ts';
import { GhwError } from '../../domain/errors.ts';
import type { AgentAdapter, Launch } from '../adapter.ts';
import type { AgentCheck, AgentEnd, AgentEvent, AgentFinal, AgentTask, CodingAgent } from '../agent.ts';
import { createAgent } from '../create-agent.ts';
import { subjectOf } from '../prompts/subject.ts';
import type { ProcessOutcome } from '../run-process.ts';
import { defaultScript } from './default-script.ts';
import type { ScriptedLine } from './play.ts';
import { readScript } from './schema.ts';
import { RUN_FILE, SESSIONS, type Script, type ScriptedRun } from './script.ts';

export interface ScriptedAgentOptions {
  /** A script already checked. */
  readonly script?: Script;
  /** A YAML or JSON file, read anew for every run. Without either, the built-in script is played. */
  readonly scriptPath?: string;
}

/**
 * An agent for demonstrations and tests: plays a plan, a change and a review from a script, in any repository, and says
 * so. It is started, confined and watched like any other agent.
 */
export function createScriptedAgent(options: ScriptedAgentOptions = {}): CodingAgent {
  const source = options.scriptPath ?? (options.script ? 'a given script' : 'the built-in script');

  async function launch(task: AgentTask): Promise<Launch> {
    const program = findProgram();
    const run: ScriptedRun = {
      script:
        options.script ?? (options.scriptPath === undefined ? defaultScript : await readScript(options.scriptPath)),
      phase: task.phase,
      sessionId: task.sessionId,
      subject: subjectOf(task.prompt),
    };
    return {
      file: process.execPath,
      args: [program.main],
      env: {},
      stdin: task.prompt,
      readOnlyPaths: program.paths,
      homeFiles: [{ path: RUN_FILE, content: JSON.stringify(run) }],
      secrets: [],
    };
  }

  async function check(): Promise<AgentCheck> {
    try {
      const { main } = findProgram();
      if (options.scriptPath !== undefined) await readScript(options.scriptPath);
      return { ok: true, version: process.versions.node, path: main, message: '' };
    } catch (error) {
      return { ok: false, version: null, path: null, message: error instanceof Error ? error.message : String(error) };
    }
  }

  const adapter: AgentAdapter = {
    name: 'scripted',
    description: `Scripted: plays ${source} and asks no model. For demonstrations and tests.`,
    check,
    launch,
    createParser: () => parseLine,
    isProgress: () => false,
    classify,
    sessionConflict: () => null,
    sessionPaths: (_home, sessionId) => Promise.resolve([`${SESSIONS}/${sessionId}.jsonl`]),
    sessionCost: () => Promise.resolve(0),
  };
  return createAgent(adapter);
}

/** The compiled program: beside this file, or in `dist` when this file runs from source. */
function findProgram(): { main: string; paths: string[] } {
  const here = import.meta.dirname;
  const packageRoot = rootOf(here);
  const compiled = here.startsWith(join(packageRoot, 'dist'))
    ? here
    : join(packageRoot, 'dist', 'src', 'agents', 'scripted');
  const main = join(compiled, 'main.js');
  if (!existsSync(main)) {
    throw new GhwError('AgentUnavailable', `The scripted agent's program is not built: ${main} is missing.`, {
      hint: 'Run `npm run build`.',
    });
  }
  // package.json says that the program is an ES module.
  return { main, paths: [compiled, join(packageRoot, 'package.json')] };
}

function rootOf(directory: string): string {
  let root = directory;
  while (!existsSync(join(root, 'package.json')) && dirname(root) !== root) root = dirname(root);
  return root;
}

function parseLine(text: string): readonly AgentEvent[] {
  let line: ScriptedLine;
  try {
    line = JSON.parse(text) as ScriptedLine;
  } catch {
    return [];
  }
  switch (line.type) {
    case 'session':
      return [{ type: 'started', sessionId: line.sessionId, model: null }];
    case 'text':
      return [line];
    case 'tool':
      return [{ type: 'tool_start', id: line.id, name: line.name, summary: line.summary }];
    case 'tool_end':
      return [line];
    case 'cost':
      return [{ type: 'usage', usage: noUsage, saidUsd: line.costUsd }];
    case 'result':
      return [finalOf(line)];
  }
}

function finalOf(line: Extract<ScriptedLine, { type: 'result' }>): AgentFinal {
  const { ok, text, structured, costUsd } = line;
  return {
    type: 'final',
    ok,
    text,
    structured,
    usage: noUsage,
    costUsd,
    costIsCumulative: false,
    turns: 1,
    error: null,
  };
}

function classify(outcome: ProcessOutcome): AgentEnd {
  const how = outcome.signal ?? `exit code ${String(outcome.exitCode)}`;
  const kind = outcome.exitCode === 1 ? 'fatal' : 'crashed';
  return { kind, message: `The scripted agent ended with ${how}. ${outcome.stderrTail.trim()}`.trim() };
}
