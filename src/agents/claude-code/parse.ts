import type { TokenUsage } from '../../domain/agent-run.ts';
import { noUsage } from '../../domain/agent-run.ts';
import type { LineParser } from '../adapter.ts';
import type { AgentEvent, AgentFinal } from '../agent.ts';
import { readClaudeLine, type ClaudeBlock, type ClaudeLine, type ClaudeResult, type ClaudeUsage } from './lines.ts';
import { summaryOf } from '../read-json-line.ts';
import { failureKind } from './outcome.ts';

/** Reads one run's lines. Remembers the messages whose usage was told: the CLI prints a message once per block. */
export function createClaudeParser(): LineParser {
  const counted = new Set<string>();
  let apiError: string | null = null;

  function assistantEvents(line: Extract<ClaudeLine, { type: 'assistant' }>): AgentEvent[] {
    if (line.error != null) {
      apiError = line.error;
      return [];
    }
    const { id, content, usage } = line.message;
    const isFirst = !counted.has(id);
    counted.add(id);
    return [
      ...content.flatMap((block) => blockEvents(block, line.parent_tool_use_id == null)),
      ...(usage != null && isFirst ? [{ type: 'usage' as const, usage: tokens(usage) }] : []),
    ];
  }

  return (text) => {
    const line = readClaudeLine(text);
    if (line === null) return [];
    switch (line.type) {
      case 'system':
        return [line.subtype === 'init' ? started(line) : retry(line)];
      case 'assistant':
        return assistantEvents(line);
      case 'user':
        return typeof line.message.content === 'string'
          ? []
          : line.message.content.flatMap((block) => blockEvents(block, false));
      case 'result':
        return [finalOf(line, apiError)];
    }
  };
}

function started(line: Extract<ClaudeLine, { subtype: 'init' }>): AgentEvent {
  return { type: 'started', sessionId: line.session_id, model: line.model ?? null };
}

function retry(line: Extract<ClaudeLine, { subtype: 'api_retry' }>): AgentEvent {
  const reason = [line.error_status, line.error].filter((part) => part != null).join(' ');
  const status = line.error_status == null ? {} : { status: line.error_status };
  return { type: 'retry', attempt: line.attempt, delayMs: line.retry_delay_ms, reason, ...status };
}

function blockEvents(block: ClaudeBlock, speaks: boolean): AgentEvent[] {
  if (block === null) return [];
  switch (block.type) {
    case 'text':
      return speaks ? [{ type: 'text', text: block.text }] : [];
    case 'tool_use':
      return [{ type: 'tool_start', id: block.id, name: block.name, summary: summaryOf(block.input) }];
    case 'tool_result':
      return [{ type: 'tool_end', id: block.tool_use_id, ok: block.is_error !== true }];
  }
}

function finalOf(result: ClaudeResult, apiError: string | null): AgentFinal {
  const ok = result.subtype === 'success' && !result.is_error;
  const text = result.result ?? '';
  const message = [...(result.errors ?? []), text].filter((part) => part !== '').join(' ') || result.subtype;
  return {
    type: 'final',
    ok,
    text: ok ? text : '',
    structured: result.structured_output,
    usage: result.usage == null ? noUsage : tokens(result.usage),
    costUsd: result.total_cost_usd ?? null,
    costIsCumulative: true,
    turns: result.num_turns ?? null,
    error: ok ? null : { kind: failureKind(result, apiError), message: `Claude Code: ${message}` },
  };
}

/** Reading the cache is cheap and counted apart; writing it is input. */
function tokens(usage: ClaudeUsage): TokenUsage {
  return {
    inputTokens: usage.input_tokens + usage.cache_creation_input_tokens,
    outputTokens: usage.output_tokens,
    cachedInputTokens: usage.cache_read_input_tokens,
  };
}
