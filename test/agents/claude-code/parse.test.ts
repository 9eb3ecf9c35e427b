import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { AgentEvent, AgentFinal } from '../../../src/agents/agent.ts';
import { createClaudeParser } from '../../../src/agents/claude-code/parse.ts';

/** Events from what the real CLI once printed. */
function eventsOf(fixture: string): AgentEvent[] {
  const parse = createClaudeParser();
  const text = readFileSync(join(import.meta.dirname, 'fixtures', `${fixture}.jsonl`), 'utf8');
  return text.split('\n').flatMap((line) => parse(line));
}

function finalOf(fixture: string): AgentFinal {
  const final = eventsOf(fixture).at(-1);
  if (final?.type !== 'final') throw new Error(`${fixture} has no final event`);
  return final;
}

describe('the output of Claude Code', () => {
  it('is told as events: session, text, tools and their outcome', () => {
    const events = eventsOf('tools').filter((event) => event.type !== 'usage' && event.type !== 'final');

    expect(events).toEqual([
      { type: 'started', sessionId: '11111111-2222-4333-8444-555555555555', model: 'claude-opus-5-5' },
      { type: 'text', text: 'I will write it.' },
      { type: 'tool_start', id: 'toolu_1_0', name: 'Write', summary: '/workspace/a.txt' },
      { type: 'tool_start', id: 'toolu_1_1', name: 'Bash', summary: 'cat missing.txt' },
      { type: 'tool_end', id: 'toolu_1_0', ok: true },
      { type: 'tool_end', id: 'toolu_1_1', ok: false },
      { type: 'text', text: 'Done.' },
    ]);
  });

  it('counts the usage of a message once, though it is printed once per block', () => {
    const usage = eventsOf('tools').filter((event) => event.type === 'usage');

    expect(usage).toHaveLength(2);
  });

  it('ends with the last word, usage, turns and the cost of the whole session', () => {
    expect(finalOf('tools')).toMatchObject({
      ok: true,
      text: 'Done.',
      usage: { inputTokens: 200, outputTokens: 40, cachedInputTokens: 80 },
      costUsd: 0.001616,
      costIsCumulative: true,
      turns: 3,
      error: null,
    });
    expect(finalOf('resumed').costUsd).toBeGreaterThan(0.001616);
  });

  it('holds the answer in the form that was asked for', () => {
    expect(finalOf('structured').structured).toEqual({ verdict: 'approve' });
  });

  it('is no success although its subtype is "success", where the API refused', () => {
    expect(finalOf('unauthorized')).toMatchObject({ ok: false, text: '', error: { kind: 'authentication' } });
    expect(finalOf('overloaded')).toMatchObject({ ok: false, error: { kind: 'retryable' } });
    expect(finalOf('no-key')).toMatchObject({ ok: false, error: { kind: 'authentication' } });
  });

  it('names a limit that was reached', () => {
    expect(finalOf('max-turns').error).toEqual({
      kind: 'limit_reached',
      message: expect.stringContaining('Reached maximum number of turns (1)') as unknown,
    });
  });

  it('tells retries', () => {
    expect(eventsOf('overloaded')).toContainEqual({
      type: 'retry',
      attempt: 1,
      delayMs: expect.any(Number) as unknown,
      reason: '529 overloaded',
      status: 529,
    });
  });

  it.each(['', 'not json', '[]', '{"type":"system","subtype":"ui_invalidate"}', '{"type":"assistant"}', 'null'])(
    'skips %j, which it does not know',
    (line) => {
      expect(createClaudeParser()(line)).toEqual([]);
    },
  );

  it('keeps what a subagent says out of the text', () => {
    const line = {
      type: 'assistant',
      parent_tool_use_id: 'toolu_1',
      message: { id: 'm', content: [{ type: 'text', text: 'inner' }] },
    };

    expect(createClaudeParser()(JSON.stringify(line))).toEqual([]);
  });
});
