/** What the model says to one request. */
export type ModelReply =
  | { readonly say: string }
  /** Calls tools of the agent; several run in one turn. */
  | { readonly call: ToolCall | readonly ToolCall[]; readonly say?: string }
  /** Answers in the form that the agent asked for. */
  | { readonly answer: Readonly<Record<string, unknown>> }
  /** An error of the API. */
  | ErrorReply
  /** Accepts the request and says nothing, ever. */
  | { readonly hang: true }
  /** Breaks the connection in the middle of an answer. */
  | { readonly cut: true }
  /** Status 200 and something that is no answer. */
  | { readonly garbage: true };

/** A reply that is an answer of the model, not a fault of the line. */
export type Answer = Extract<ModelReply, { say: string } | { call: unknown } | { answer: unknown }>;

export interface ErrorReply {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ToolCall {
  readonly name: string;
  readonly input: unknown;
}

type Block =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; readonly input: unknown };

/** Tokens of every reply. */
export const replyUsage = {
  input_tokens: 100,
  output_tokens: 20,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 40,
};

/** The tool through which the CLI takes an answer in a given form. */
const ANSWER_TOOL = 'StructuredOutput';

/** A message of the Messages API with this reply. */
export function messageOf(reply: Answer, model: string, serial: number): Message {
  const blocks = blocksOf(reply, serial);
  return {
    id: `msg_scripted_${serial.toString()}`,
    type: 'message',
    role: 'assistant',
    model,
    content: blocks,
    stop_reason: blocks.some((block) => block.type === 'tool_use') ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: replyUsage,
  };
}

export interface Message {
  readonly id: string;
  readonly type: 'message';
  readonly role: 'assistant';
  readonly model: string;
  readonly content: readonly Block[];
  readonly stop_reason: 'tool_use' | 'end_turn';
  readonly stop_sequence: null;
  readonly usage: typeof replyUsage;
}

function blocksOf(reply: Answer, serial: number): Block[] {
  if ('answer' in reply) return toolBlocks([{ name: ANSWER_TOOL, input: reply.answer }], serial);
  if ('call' in reply) {
    const calls = 'name' in reply.call ? [reply.call] : reply.call;
    return [...textBlocks(reply.say), ...toolBlocks(calls, serial)];
  }
  return textBlocks(reply.say);
}

function textBlocks(text: string | undefined): Block[] {
  return text === undefined ? [] : [{ type: 'text', text }];
}

function toolBlocks(calls: readonly ToolCall[], serial: number): Block[] {
  return calls.map((call, index) => ({
    type: 'tool_use',
    id: `toolu_${serial.toString()}_${index.toString()}`,
    ...call,
  }));
}

/** The events of a streamed message, as the API sends them. */
export function* eventsOf(message: Message): Generator<{ readonly type: string } & Record<string, unknown>> {
  const { content, stop_reason, stop_sequence, usage } = message;
  yield {
    type: 'message_start',
    message: { ...message, content: [], stop_reason: null, usage: { ...usage, output_tokens: 1 } },
  };
  for (const [index, block] of content.entries()) {
    const empty = block.type === 'text' ? { ...block, text: '' } : { ...block, input: {} };
    const delta =
      block.type === 'text'
        ? { type: 'text_delta', text: block.text }
        : { type: 'input_json_delta', partial_json: JSON.stringify(block.input) };
    yield { type: 'content_block_start', index, content_block: empty };
    yield { type: 'content_block_delta', index, delta };
    yield { type: 'content_block_stop', index };
  }
  yield { type: 'message_delta', delta: { stop_reason, stop_sequence }, usage };
  yield { type: 'message_stop' };
}
