import { noUsage, type TokenUsage } from '../../domain/agent-run.ts';
import type { LineParser } from '../adapter.ts';
import type { AgentEvent, AgentFinal, AgentTask } from '../agent.ts';
import { readJsonLine, summaryOf } from '../read-json-line.ts';
import { readAnswer } from '../structured-answer.ts';
import { geminiLine, type GeminiResult } from './lines.ts';

/** Reads one run's lines. A message comes in pieces and ends where something else begins. */
export function createGeminiParser(task: AgentTask): LineParser {
  let text = '';
  let written = '';

  function endMessage(): AgentEvent[] {
    if (written === '') return [];
    text = written;
    written = '';
    return [{ type: 'text', text }];
  }

  return (line) => {
    const read = readJsonLine(geminiLine, line);
    switch (read?.type) {
      case undefined:
        return [];
      case 'init':
        return [{ type: 'started', sessionId: read.session_id, model: read.model ?? null }];
      case 'message':
        if (read.role === 'assistant') written += read.content;
        return [];
      case 'tool_use': {
        const { tool_id: id, tool_name: name, parameters } = read;
        return [...endMessage(), { type: 'tool_start', id, name, summary: summaryOf(parameters) }];
      }
      case 'tool_result':
        return [{ type: 'tool_end', id: read.tool_id, ok: read.status === 'success' }];
      case 'result':
        return [...endMessage(), finalOf(read, task, text)];
    }
  };
}

function finalOf(result: GeminiResult, task: AgentTask, text: string): AgentFinal {
  const ok = result.status === 'success';
  const { type = '', message = result.status } = result.error ?? {};
  // What kind it is, the exit code says better: most errors are called `unknown` here.
  const kind = type === 'FatalTurnLimitedError' ? 'limit_reached' : 'retryable';
  return {
    type: 'final',
    ok,
    text: ok ? text : '',
    structured: ok && task.answerSchema !== undefined ? readAnswer(text) : undefined,
    usage: result.stats ? tokens(result.stats) : noUsage,
    costUsd: null,
    costIsCumulative: false,
    turns: null,
    error: ok ? null : { kind, message: `Gemini CLI: ${message}` },
  };
}

/** Of this run. Its input holds what was cached; ours counts that apart. */
function tokens(stats: NonNullable<GeminiResult['stats']>): TokenUsage {
  return {
    inputTokens: Math.max(0, stats.input_tokens - stats.cached),
    outputTokens: stats.output_tokens,
    cachedInputTokens: stats.cached,
  };
}
