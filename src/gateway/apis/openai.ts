import type { ModelUsage } from '../../domain/money/prices.ts';
import { count, limit, list, record, text, type Json, type ModelApi } from './api.ts';

/** Tools that run where the agent is. Any other runs at the provider, which may reach the network. */
const localTools = new Set(['function', 'custom', 'local_shell', 'apply_patch', 'namespace', 'tool_search']);

/** OpenAI's Responses API, and the Chat Completions API that nearly every other server speaks too. */
export const openaiApi: ModelApi = {
  name: 'openai',
  routes: [
    { method: 'POST', path: /^(?:\/v1)?\/(?:responses|chat\/completions)$/, paid: true },
    { method: 'GET', path: /^(?:\/v1)?\/models(?:\/[\w.:-]+)?$/, paid: false },
  ],
  query: [],
  credential: (key) => ({ authorization: `Bearer ${key}` }),
  readRequest: (_path, body) => ({
    model: text(body.model) ?? 'unknown',
    maxOutputTokens: maxOutput(body),
    openEnded: body.previous_response_id != null || body.conversation != null || body.background === true,
    reachesOut: reachesOut(body),
  }),
  // A stream of the older API tells its usage only if asked.
  prepare: (body) =>
    body.stream === true && Array.isArray(body.messages)
      ? { ...body, stream_options: { ...record(body.stream_options), include_usage: true } }
      : body,
  readAnswer(seen, answer) {
    const said = answer.response === undefined ? answer : record(answer.response);
    const usage = record(said.usage);
    const model = text(said.model) ?? seen.model;
    return { model, usage: Object.keys(usage).length === 0 ? seen.usage : usageOf(usage) };
  },
  error: (status, message) => ({
    error: {
      type: status < 500 ? 'invalid_request_error' : 'server_error',
      code: `gateway_${status.toString()}`,
      message,
    },
  }),
};

function maxOutput(body: Json): number | null {
  const each = limit(body.max_output_tokens) ?? limit(body.max_completion_tokens) ?? limit(body.max_tokens);
  return each === null ? null : each * Math.max(1, count(body.n));
}

function reachesOut(body: Json): string | null {
  const tools = [body, ...list(body.input)].flatMap(({ tools }) => list(tools));
  const tool = tools.find(({ type }) => typeof type === 'string' && !localTools.has(type));
  if (tool) return `the provider's tool ${String(tool.type)}`;
  if (body.web_search_options != null || body.plugins != null) return "the provider's web search";
  const messages = [...list(body.messages), ...list(body.input)];
  const parts = messages.flatMap((message) => [message, ...list(message.content), ...list(message.output)]);
  return parts.some(fetchesAddress) ? 'an address to fetch' : null;
}

function fetchesAddress(part: Json): boolean {
  const image = typeof part.image_url === 'string' ? part.image_url : record(part.image_url).url;
  return [image, part.file_url].some((address) => typeof address === 'string' && !address.startsWith('data:'));
}

/** The two APIs give the same figures other names. What is cached is part of the input there, and not of ours. */
function usageOf(usage: Json): ModelUsage {
  const input = count(usage.input_tokens ?? usage.prompt_tokens);
  const details = record(usage.input_tokens_details ?? usage.prompt_tokens_details);
  const cached = Math.min(input, count(details.cached_tokens));
  return {
    inputTokens: input - cached,
    cachedInputTokens: cached,
    outputTokens: count(usage.output_tokens ?? usage.completion_tokens),
  };
}
