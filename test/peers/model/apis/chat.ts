import type { Answer } from '../reply.ts';
import type { RequestFacts } from '../request.ts';
import { bearer, partsOf, type Asked, type ModelApi } from './api.ts';

interface Message {
  readonly role: string;
  readonly content?: string | readonly { readonly text?: string }[] | null;
}

interface Body {
  readonly model?: string;
  readonly stream?: boolean;
  readonly messages?: readonly Message[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
}

const usage = {
  prompt_tokens: 140,
  completion_tokens: 20,
  total_tokens: 160,
  prompt_tokens_details: { cached_tokens: 40 },
};

/** OpenAI's older Chat Completions API, which nearly every gateway and local server speaks. */
export const chatApi: ModelApi = {
  name: 'chat',
  matches: (path) => path.endsWith('/chat/completions'),
  read: (headers, body) => factsOf(body as Body, bearer(headers)),
  modelOf: (_path, body) => (body as Body).model ?? 'scripted',
  streams: (_path, body) => (body as Body).stream === true,
  whole: (answer, asked) => ({
    ...envelope(asked, 'chat.completion'),
    choices: [{ index: 0, message: messageOf(answer, asked), finish_reason: reasonOf(answer) }],
    usage,
  }),
  chunks: function* (answer, asked) {
    const { content, tool_calls: calls } = messageOf(answer, asked);
    const chunk = (delta: object, finish_reason: string | null = null): string =>
      `data: ${JSON.stringify({ ...envelope(asked, 'chat.completion.chunk'), choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
    yield chunk({ role: 'assistant', content: content ?? '' });
    for (const [index, call] of (calls ?? []).entries()) yield chunk({ tool_calls: [{ index, ...call }] });
    yield chunk({}, reasonOf(answer));
    yield `data: ${JSON.stringify({ ...envelope(asked, 'chat.completion.chunk'), choices: [], usage })}\n\n`;
    yield 'data: [DONE]\n\n';
  },
  error: ({ type, message }) => ({ error: { type, code: type, message } }),
};

function envelope({ model, serial }: Asked, object: string) {
  return { id: `chatcmpl-${serial.toString()}`, object, created: 0, model };
}

function reasonOf(answer: Answer): string {
  return partsOf(answer).calls.length > 0 ? 'tool_calls' : 'stop';
}

function messageOf(answer: Answer, { serial }: Asked) {
  const { say, calls } = partsOf(answer);
  const toolCalls = calls.map(({ name, input }, index) => ({
    id: `call_${serial.toString()}_${index.toString()}`,
    type: 'function',
    function: { name, arguments: typeof input === 'string' ? input : JSON.stringify(input) },
  }));
  return {
    role: 'assistant',
    content: say ?? null,
    ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }),
  };
}

function factsOf(body: Body, key: string | undefined): RequestFacts {
  const messages = body.messages ?? [];
  const lastPrompt = messages.findLastIndex(({ role }) => role === 'user');
  const after = messages.slice(lastPrompt + 1);
  const last = after.findLast(({ role }) => role === 'tool');
  return {
    sessionId: '',
    key,
    step: after.filter(({ role }) => role === 'assistant').length + 1,
    tools: (body.tools ?? []).map((tool) => tool.function.name),
    prompt: textOf(messages[lastPrompt]?.content),
    // Like the API, which has no word for a tool that failed.
    toolResult: last === undefined ? null : { ok: true, text: textOf(last.content) },
  };
}

function textOf(content: Message['content']): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map(({ text }) => text ?? '').join('\n');
}
