import type { ModelUsage } from '../../domain/money/prices.ts';
import { count, limit, list, record, text, type Json, type ModelApi } from './api.ts';

/** How tokens begin that `claude setup-token` makes for a subscription; they are sent as logins are. */
const LOGIN = 'sk-ant-oat';
const LOGIN_BETA = 'oauth-2025-04-20';

/** Tools that run where the agent is. Any other runs at the provider, which may reach the network. */
const localTools = /^(?:custom|bash_|text_editor_|computer_|memory_|tool_search_)/;

/** Anthropic's Messages API. */
export const anthropicApi: ModelApi = {
  name: 'anthropic',
  routes: [
    { method: 'POST', path: /^(?:\/v1)?\/messages$/, paid: true },
    { method: 'POST', path: /^(?:\/v1)?\/messages\/count_tokens$/, paid: false },
    { method: 'GET', path: /^(?:\/v1)?\/models(?:\/[\w.:-]+)?$/, paid: false },
  ],
  query: ['beta', 'limit', 'after_id', 'before_id'],
  credential(key): Readonly<Record<string, string>> {
    if (!key.startsWith(LOGIN)) return { 'x-api-key': key };
    return { authorization: `Bearer ${key}`, 'anthropic-beta': LOGIN_BETA };
  },
  readRequest: (_path, body) => ({
    model: text(body.model) ?? 'unknown',
    maxOutputTokens: limit(body.max_tokens),
    openEnded: body.container !== undefined,
    reachesOut: reachesOut(body),
  }),
  readAnswer(seen, answer) {
    const message = answer.type === 'message_start' ? record(answer.message) : answer;
    const usage = record(message.usage);
    if (Object.keys(usage).length === 0) return seen;
    return { model: text(message.model) ?? seen.model, usage: usageOf(usage, seen.usage) };
  },
  error: (status, message) => ({ type: 'error', error: { type: errorType(status), message } }),
};

function reachesOut(body: Json): string | null {
  if (list(body.mcp_servers).length > 0) return 'MCP servers of the provider';
  const tool = list(body.tools).find(({ type }) => typeof type === 'string' && !localTools.test(type));
  if (tool) return `the provider's tool ${String(tool.type)}`;
  return list(body.messages).some(({ content }) => list(content).some(fetchesAddress)) ? 'an address to fetch' : null;
}

function fetchesAddress(block: Json): boolean {
  return record(block.source).type === 'url' || list(block.content).some(fetchesAddress);
}

/** A stream tells its input at the beginning, and its output, whole, at the end. */
function usageOf(usage: Json, before: ModelUsage | null): ModelUsage {
  const input = usage.input_tokens === undefined || usage.input_tokens === null ? null : usage;
  const written = count(input?.cache_creation_input_tokens);
  return {
    inputTokens: input ? count(input.input_tokens) + written : (before?.inputTokens ?? 0),
    cachedInputTokens: input ? count(input.cache_read_input_tokens) : (before?.cachedInputTokens ?? 0),
    cacheWriteTokens: input ? written : (before?.cacheWriteTokens ?? 0),
    outputTokens: count(usage.output_tokens),
  };
}

function errorType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 404) return 'not_found_error';
  if (status === 413) return 'request_too_large';
  return status >= 500 ? 'api_error' : 'invalid_request_error';
}
