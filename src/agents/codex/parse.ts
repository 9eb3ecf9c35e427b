import { noUsage, type TokenUsage } from '../../domain/agent-run.ts';
import type { LineParser } from '../adapter.ts';
import type { AgentEvent, AgentFinal, AgentTask } from '../agent.ts';
import { oneLine, readJsonLine } from '../read-json-line.ts';
import { readAnswer } from '../structured-answer.ts';
import { codexLine, type CodexItem, type CodexUsage } from './lines.ts';
import { failureKind } from './outcome.ts';

/** What Codex says while it tries again; the attempt is the only number in it. */
const RETRYING = /^Reconnecting\.\.\. (\d+)\/\d+/;

/** Reads one run's lines. The last message is the answer: the final line does not repeat it. */
export function createCodexParser(task: AgentTask): LineParser {
  const open = new Set<string>();
  let text = '';

  function completed(item: CodexItem): AgentEvent[] {
    if (item.type === 'agent_message') {
      text = item.text;
      return [{ type: 'text', text }];
    }
    const start = open.delete(item.id) ? [] : [startOf(item)];
    return [...start, { type: 'tool_end', id: item.id, ok: succeeded(item) }];
  }

  return (line) => {
    const read = readJsonLine(codexLine, line);
    switch (read?.type) {
      case undefined:
        return [];
      case 'thread.started':
        return [{ type: 'started', sessionId: read.thread_id, model: task.model }];
      case 'item.started':
        if (read.item.type === 'agent_message') return [];
        open.add(read.item.id);
        return [startOf(read.item)];
      case 'item.completed':
        return completed(read.item);
      case 'turn.completed':
        return [{ ...final(), ok: true, text, structured: answerOf(task, text), usage: codexTokens(read.usage) }];
      case 'turn.failed': {
        const { message } = read.error;
        return [{ ...final(), error: { kind: failureKind(message), message: `Codex: ${message}` } }];
      }
      case 'error': {
        const attempt = RETRYING.exec(read.message)?.[1];
        return attempt === undefined
          ? []
          : [{ type: 'retry', attempt: Number(attempt), delayMs: 0, reason: read.message }];
      }
    }
  };
}

function startOf(item: Exclude<CodexItem, { type: 'agent_message' }>): AgentEvent {
  const summary = item.type === 'command_execution' ? item.command : item.changes.map(({ path }) => path).join(' ');
  return { type: 'tool_start', id: item.id, name: item.type, summary: oneLine(summary) };
}

function succeeded(item: CodexItem): boolean {
  if (item.type === 'agent_message') return true;
  return item.status === 'completed' && (item.type !== 'command_execution' || (item.exit_code ?? 0) === 0);
}

function answerOf({ answerSchema }: AgentTask, text: string): unknown {
  return answerSchema === undefined ? undefined : readAnswer(text);
}

/** Codex counts tokens over the whole thread, and no money. */
function final(): AgentFinal {
  return {
    type: 'final',
    ok: false,
    text: '',
    structured: undefined,
    usage: noUsage,
    usageIsCumulative: true,
    costUsd: null,
    costIsCumulative: false,
    turns: null,
    error: null,
  };
}

/** Codex's input holds what was cached; ours counts that apart. */
export function codexTokens(usage: CodexUsage): TokenUsage {
  return {
    inputTokens: Math.max(0, usage.input_tokens - usage.cached_input_tokens),
    outputTokens: usage.output_tokens,
    cachedInputTokens: usage.cached_input_tokens,
  };
}
