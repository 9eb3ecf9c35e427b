import { z } from 'zod';
import { readJsonLine } from '../read-json-line.ts';

/** Lines of `claude -p --output-format stream-json`, as far as we read them. Unknown lines and fields are left alone. */
const usage = z.looseObject({
  input_tokens: z.number().catch(0),
  output_tokens: z.number().catch(0),
  cache_creation_input_tokens: z.number().catch(0),
  cache_read_input_tokens: z.number().catch(0),
});

const block = z.union([
  z.looseObject({ type: z.literal('text'), text: z.string() }),
  z.looseObject({ type: z.literal('tool_use'), id: z.string(), name: z.string(), input: z.unknown().optional() }),
  z.looseObject({ type: z.literal('tool_result'), tool_use_id: z.string(), is_error: z.boolean().nullish() }),
  z.looseObject({ type: z.string() }).transform(() => null),
]);

const init = z.looseObject({
  type: z.literal('system'),
  subtype: z.literal('init'),
  session_id: z.string(),
  model: z.string().nullish(),
});

const retry = z.looseObject({
  type: z.literal('system'),
  subtype: z.literal('api_retry'),
  attempt: z.number(),
  retry_delay_ms: z.number(),
  error_status: z.number().nullish(),
  error: z.string().nullish(),
});

const assistant = z.looseObject({
  type: z.literal('assistant'),
  message: z.looseObject({ id: z.string(), content: z.array(block), usage: usage.nullish() }),
  /** Set for what a subagent says. */
  parent_tool_use_id: z.string().nullish(),
  /** Set where the CLI itself speaks, because the API refused. */
  error: z.string().nullish(),
});

const user = z.looseObject({
  type: z.literal('user'),
  message: z.looseObject({ content: z.union([z.string(), z.array(block)]) }),
});

const result = z.looseObject({
  type: z.literal('result'),
  subtype: z.string(),
  is_error: z.boolean(),
  result: z.string().nullish(),
  structured_output: z.unknown().optional(),
  num_turns: z.number().nullish(),
  total_cost_usd: z.number().nullish(),
  usage: usage.nullish(),
  terminal_reason: z.string().nullish(),
  api_error_status: z.number().nullish(),
  errors: z.array(z.string()).nullish(),
});

const line = z.union([init, retry, assistant, user, result]);

export type ClaudeLine = z.infer<typeof line>;
export type ClaudeBlock = z.infer<typeof block>;
export type ClaudeResult = z.infer<typeof result>;
export type ClaudeUsage = z.infer<typeof usage>;

/** A piece of a message that is still being written. The whole message follows on a line of its own. */
export function isStreamEvent(text: string): boolean {
  return text.startsWith('{"type":"stream_event"');
}

/** A line that we know; null for any other, and for what is no JSON. */
export function readClaudeLine(text: string): ClaudeLine | null {
  return readJsonLine(line, text);
}
