import { addUsage, noUsage, type TokenUsage } from '../../domain/agent-run.ts';
import type { LineParser } from '../adapter.ts';
import type { AgentEvent, AgentFinal, AgentTask } from '../agent.ts';
import { oneLine, readJsonLine, summaryOf } from '../read-json-line.ts';
import { readAnswer } from '../structured-answer.ts';
import { opencodeLine, type OpenCodeLine, type OpenCodeStep } from './lines.ts';
import { failureOf } from './outcome.ts';

/**
 * Reads one run's lines. There is no final one: a step that ends with `stop` is the last, unless another follows. A tool
 * is told of once it has ended.
 */
export function createOpencodeParser(task: AgentTask): LineParser {
  const seen = { started: false, text: '', usage: noUsage, costUsd: 0, steps: 0, retries: 0 };

  function finalOf(result: Pick<AgentFinal, 'ok' | 'error'>): AgentFinal {
    return {
      type: 'final',
      ...result,
      text: result.ok ? seen.text : '',
      structured: result.ok && task.answerSchema !== undefined ? readAnswer(seen.text) : undefined,
      usage: seen.usage,
      costUsd: seen.costUsd,
      costIsCumulative: false,
      turns: seen.steps,
    };
  }

  function retry(reason: string): AgentEvent {
    seen.retries += 1;
    return { type: 'retry', attempt: seen.retries, delayMs: 0, reason };
  }

  function eventsOf(read: OpenCodeLine): AgentEvent[] {
    switch (read.type) {
      case 'step_start':
        return [];
      case 'text':
        seen.text = read.part.text;
        return [{ type: 'text', text: seen.text }];
      case 'tool_use': {
        const { callID: id, tool: name, state } = read.part;
        const start: AgentEvent = { type: 'tool_start', id, name, summary: summaryOf(state.input) };
        return [start, { type: 'tool_end', id, ok: state.status === 'completed' }];
      }
      case 'step_finish': {
        if (isEmpty(read.part)) return [retry('an answer without content')];
        const usage = tokens(read.part);
        seen.usage = addUsage(seen.usage, usage);
        seen.costUsd += read.part.cost;
        seen.steps += 1;
        const isLast = read.part.reason === 'stop';
        return [{ type: 'usage', usage }, ...(isLast ? [finalOf({ ok: true, error: null })] : [])];
      }
      case 'error':
        return [finalOf({ ok: false, error: failureOf(read.error) })];
    }
  }

  return (line) => {
    const read = readJsonLine(opencodeLine, line);
    if (read === null) return [];
    if (seen.started || read.type === 'error') return eventsOf(read);
    seen.started = true;
    return [{ type: 'started', sessionId: read.sessionID, model: task.model }, ...eventsOf(read)];
  };
}

/** Such a step came of something that is no answer of a model, which OpenCode takes for one and asks again, for ever. */
function isEmpty({ reason, tokens: { input, output } }: OpenCodeStep): boolean {
  return reason === 'unknown' && input === 0 && output === 0;
}

/** What the log says of one try that failed; its error, for the reader, stands in quotes. */
const FAILED_TRY = /\bmessage="stream error" .*\berror\.error="(.*)"/;

/** Reads the log, which is where OpenCode says that it will try again. */
export function createOpencodeErrorParser(): LineParser {
  let attempt = 0;
  return (line) => {
    const reason = FAILED_TRY.exec(line)?.[1];
    if (reason === undefined) return [];
    attempt += 1;
    return [{ type: 'retry', attempt, delayMs: 0, reason: oneLine(reason) }];
  };
}

/** Of one step. What is thought is output. */
function tokens({ tokens: { input, output, reasoning, cache } }: OpenCodeStep): TokenUsage {
  return {
    inputTokens: input + cache.write,
    outputTokens: output + reasoning,
    cachedInputTokens: cache.read,
  };
}
