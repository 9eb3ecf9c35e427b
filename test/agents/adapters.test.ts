import { describe, expect, it } from '@jest/globals';
import type { AgentEndKind, AgentTask } from '../../src/agents/agent.ts';
import { codexArguments, codexFiles } from '../../src/agents/codex/command.ts';
import * as codexOutcome from '../../src/agents/codex/outcome.ts';
import { createCodexParser } from '../../src/agents/codex/parse.ts';
import { geminiArguments, geminiFiles } from '../../src/agents/gemini/command.ts';
import * as geminiOutcome from '../../src/agents/gemini/outcome.ts';
import { createGeminiParser } from '../../src/agents/gemini/parse.ts';
import { opencodeArguments, opencodeEnvironment } from '../../src/agents/opencode/command.ts';
import * as opencodeOutcome from '../../src/agents/opencode/outcome.ts';
import { createOpencodeParser } from '../../src/agents/opencode/parse.ts';
import { createNoSandbox } from '../../src/sandbox/none.ts';
import { eventsOf, exited, finalOf } from './fixtures.ts';
import { makeTask } from './support.ts';

const confined = {
  ...createNoSandbox(),
  kind: 'bubblewrap' as const,
  inside: () => ({ tree: '/workspace', home: '/home/agent' }),
};
const scratch = {
  root: '/r',
  cage: { tree: '/r/tree', home: '/r/home', treeWritable: true, readOnlyPaths: [], env: {} },
  remove: () => Promise.resolve(),
};

function task(overrides: Partial<AgentTask> = {}): AgentTask {
  return makeTask(scratch, confined, { prompt: 'the whole issue', model: 'm', ...overrides });
}

describe('what the lines of a CLI mean', () => {
  it('Codex: its own session, tools that fail, tokens of the whole thread, the last message as the answer', () => {
    const events = eventsOf(createCodexParser(task({ answerSchema: {} })), 'codex/fixtures/tools.jsonl');

    expect(events.slice(0, -1)).toEqual([
      { type: 'started', sessionId: '01a1fc83-5c85-7b10-9203-2f8175a06606', model: 'm' },
      { type: 'tool_start', id: 'item_1', name: 'file_change', summary: '/workspace/b.txt' },
      { type: 'tool_end', id: 'item_1', ok: true },
      { type: 'tool_start', id: 'item_2', name: 'command_execution', summary: "/bin/sh -lc 'npm test'" },
      { type: 'tool_end', id: 'item_2', ok: false },
      { type: 'text', text: '{"a":"x"}' },
    ]);
    expect(finalOf(events)).toMatchObject({
      ok: true,
      structured: { a: 'x' },
      usage: { inputTokens: 500, outputTokens: 100, cachedInputTokens: 200 },
      usageIsCumulative: true,
    });
  });

  it('Codex: trying again is not the end, a failed turn is', () => {
    const events = eventsOf(createCodexParser(task()), 'codex/fixtures/unauthorized.jsonl');

    expect(events.map(({ type }) => type)).toEqual(['started', 'retry', 'final']);
    expect(finalOf(events)?.error?.kind).toBe('authentication');
  });

  it('Gemini CLI: messages in pieces, tools that are not there, tokens of the run', () => {
    const events = eventsOf(createGeminiParser(task()), 'gemini/fixtures/tools.jsonl');

    expect(events.slice(0, -1)).toEqual([
      { type: 'started', sessionId: '0b9b1c1e-1111-4111-8111-111111111111', model: 'gemini-2.5-flash' },
      { type: 'tool_start', id: 'write_file__call_1_0', name: 'write_file', summary: '/workspace/a.txt' },
      { type: 'tool_end', id: 'write_file__call_1_0', ok: true },
      { type: 'text', text: 'thinking' },
      { type: 'tool_start', id: 'nonsense__call_3_0', name: 'nonsense', summary: '' },
      { type: 'tool_end', id: 'nonsense__call_3_0', ok: false },
      { type: 'text', text: 'Done.' },
    ]);
    expect(finalOf(events)).toMatchObject({
      ok: true,
      text: 'Done.',
      usage: { inputTokens: 400, outputTokens: 80, cachedInputTokens: 160 },
    });
  });

  it('OpenCode: steps add up, and the one that stops is the last', () => {
    const events = eventsOf(createOpencodeParser(task()), 'opencode/fixtures/tools.jsonl');

    expect(events[0]).toEqual({ type: 'started', sessionId: 'ses_e037c7f47ffeGGAQ8xUr3NWJmq', model: 'm' });
    expect(events.filter(({ type }) => type === 'final')).toHaveLength(1);
    expect(finalOf(events)).toMatchObject({
      ok: true,
      text: 'Done.',
      usage: { inputTokens: 200, outputTokens: 40, cachedInputTokens: 80 },
      costUsd: 0.5,
      turns: 2,
    });
  });

  it('OpenCode: an error ends the run, with the time that the provider asks for', () => {
    const events = eventsOf(createOpencodeParser(task()), 'opencode/fixtures/rate-limited.jsonl');

    expect(finalOf(events)?.error).toEqual({ kind: 'retryable', message: 'OpenCode: slow', retryAfterMs: 7_000 });
  });

  it.each([createCodexParser, createGeminiParser, createOpencodeParser])('%p bears what it does not know', (create) => {
    const parse = create(task());

    for (const line of ['', 'no JSON', '[]', 'null', '{"type":"new"}', '{"type":"error"}'])
      expect(parse(line)).toEqual([]);
  });
});

describe('how a run ended', () => {
  it.each<[string, AgentEndKind]>([
    ['unexpected status 403 Forbidden: no, url: http://h/v1/responses', 'authentication'],
    ['exceeded retry limit, last status: 429 Too Many Requests', 'retryable'],
    ['unexpected status 529 <unknown status code>: no', 'retryable'],
    ['unexpected status 404 Not Found: no', 'fatal'],
    ["Codex ran out of room in the model's context window.", 'fatal'],
    ['stream disconnected before completion: stream closed before response.completed', 'retryable'],
  ])('Codex: %s', (message, kind) => {
    expect(codexOutcome.failureKind(message)).toBe(kind);
  });

  it.each<[number | null, AgentEndKind]>([
    [145, 'authentication'],
    [173, 'retryable'],
    [17, 'retryable'],
    [144, 'fatal'],
    [41, 'authentication'],
    [53, 'limit_reached'],
    [55, 'fatal'],
    [1, 'fatal'],
    [0, 'crashed'],
    [null, 'crashed'],
  ])('Gemini CLI: exit code %s', (code, kind) => {
    expect(geminiOutcome.classifyEnd(exited(code), null).kind).toBe(kind);
  });

  it('Gemini CLI: an answer that is none can be asked for again, too many turns cannot', () => {
    const final = finalOf(eventsOf(createGeminiParser(task()), 'gemini/fixtures/max-turns.jsonl')) ?? null;

    expect(geminiOutcome.classifyEnd(exited(53), final).kind).toBe('limit_reached');
    expect(
      geminiOutcome.classifyEnd(exited(1), final && { ...final, error: { kind: 'retryable', message: '' } }).kind,
    ).toBe('retryable');
  });

  it('a session that is not there has it begin anew', () => {
    const conflicts = [
      codexOutcome.sessionConflict(exited(1, 'Error: no rollout found for thread id 0')),
      geminiOutcome.sessionConflict(exited(42, 'Error resuming session: No previous sessions found'), null),
      opencodeOutcome.sessionConflict(exited(1, 'Error: Session not found')),
    ];

    expect(conflicts).toEqual(['not_found', 'not_found', 'not_found']);
    expect(codexOutcome.sessionConflict(exited(1, 'something else'))).toBeNull();
  });
});

describe('what a CLI is started with', () => {
  const model = { baseUrl: 'http://127.0.0.1:1', token: 'the-token' };

  it('is never the prompt, and is the session where it is resumed', () => {
    for (const session of ['new', 'resume'] as const) {
      const own = task();
      const all = [
        codexArguments(own, session),
        geminiArguments(own, session),
        opencodeArguments(own, session, 'gateway'),
      ];

      for (const args of all) expect(args).not.toContain(own.prompt);
      expect(all.map((args) => args.includes(own.sessionId))).toEqual([
        session === 'resume',
        true,
        session === 'resume',
      ]);
    }
  });

  it('Codex: no instructions of the repository, no key for its tools, its own sandbox where there is no other', () => {
    const [config] = codexFiles(task(), { ...model, baseUrl: 'http://127.0.0.1:1/"v1' });
    const bare = task({ sandbox: createNoSandbox(), phase: 'plan', cage: { ...scratch.cage, tree: '/' } });

    expect(config?.content).toContain('project_doc_max_bytes = 0');
    expect(config?.content).toContain('inherit = "core"');
    expect(config?.content).toContain('base_url = "http://127.0.0.1:1/\\"v1"');
    expect(codexArguments(task(), 'new')).toContain('--dangerously-bypass-approvals-and-sandbox');
    expect(codexArguments(bare, 'new')).toEqual(expect.arrayContaining(['--sandbox', 'read-only']));
  });

  it.each(['plan', 'review', 'implement'] as const)('Gemini CLI and OpenCode: listed tools to %s', (phase) => {
    const own = task({ phase });
    const settings = JSON.parse(geminiFiles(own)[0]?.content ?? '') as { tools: { core: string[] } };
    const env = opencodeEnvironment(own, 'gateway', model);
    const { permission } = JSON.parse(env.OPENCODE_CONFIG_CONTENT ?? '') as { permission: Record<string, string> };

    const writes = phase === 'implement';
    expect(settings.tools.core.includes('write_file')).toBe(writes);
    expect(settings.tools.core.includes('run_shell_command')).toBe(writes);
    expect([permission['*'], permission.edit, permission.bash]).toEqual(
      writes ? ['deny', 'allow', 'allow'] : ['deny', undefined, undefined],
    );
    expect(env.OPENCODE_CONFIG_CONTENT).not.toContain('the-token');
  });
});
