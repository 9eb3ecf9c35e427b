import type { Answer } from '../reply.ts';
import type { RequestFacts } from '../request.ts';
import { bearer, header, partsOf, type Asked, type ModelApi } from './api.ts';

interface Item {
  readonly type: string;
  readonly role?: string;
  readonly content?: string | readonly { readonly text?: string }[];
  readonly output?: unknown;
}

interface Body {
  readonly model?: string;
  readonly stream?: boolean;
  readonly input?: readonly Item[];
  readonly tools?: readonly { readonly type: string; readonly name?: string }[];
  readonly prompt_cache_key?: string;
}

/** OpenAI's Responses API. */
export const responsesApi: ModelApi = {
  name: 'responses',
  matches: (path) => path.endsWith('/responses'),
  read: (headers, body) => factsOf(body as Body, bearer(headers), header(headers, 'session_id')),
  modelOf: (_path, body) => (body as Body).model ?? 'scripted',
  streams: (_path, body) => (body as Body).stream === true,
  whole: responseOf,
  chunks: function* (answer, asked) {
    const response = responseOf(answer, asked);
    let sequence = 0;
    const event = (type: string, rest: object): string =>
      `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence++, ...rest })}\n\n`;
    yield event('response.created', { response: { ...response, status: 'in_progress', output: [], usage: null } });
    for (const [index, item] of response.output.entries()) {
      yield event('response.output_item.added', { output_index: index, item: { ...item, status: 'in_progress' } });
      yield event('response.output_item.done', { output_index: index, item });
    }
    yield event('response.completed', { response });
  },
  error: ({ type, message }) => ({ error: { type, code: type, message } }),
};

function factsOf(body: Body, key: string | undefined, session: string | undefined): RequestFacts {
  const items = body.input ?? [];
  const lastPrompt = items.findLastIndex((item) => item.role === 'user');
  const results = items.slice(lastPrompt + 1).filter((item) => item.type.endsWith('_output'));
  const last = results.at(-1);
  return {
    sessionId: session ?? body.prompt_cache_key ?? '',
    key,
    step: results.length + 1,
    tools: (body.tools ?? []).map((tool) => tool.name ?? tool.type),
    prompt: textOf(items[lastPrompt]?.content),
    // The API has no word for a tool that failed: the agent says so in the text.
    toolResult: last === undefined ? null : { ok: true, text: outputOf(last.output) },
  };
}

function outputOf(output: unknown): string {
  return typeof output === 'string' ? output : JSON.stringify(output ?? '');
}

function textOf(content: Item['content']): string {
  if (typeof content === 'string') return content;
  return (content ?? []).map(({ text }) => text ?? '').join('\n');
}

function responseOf(answer: Answer, { model, serial }: Asked) {
  const { say, calls } = partsOf(answer);
  const id = serial.toString();
  return {
    id: `resp_${id}`,
    object: 'response',
    created_at: 0,
    status: 'completed',
    model,
    output: [
      ...(say === undefined
        ? []
        : [
            {
              type: 'message',
              id: `msg_${id}`,
              role: 'assistant',
              status: 'completed',
              content: [{ type: 'output_text', text: say, annotations: [] }],
            },
          ]),
      ...calls.map(({ name, input }, index) => ({
        type: 'function_call',
        id: `fc_${id}_${index.toString()}`,
        call_id: `call_${id}_${index.toString()}`,
        name,
        arguments: typeof input === 'string' ? input : JSON.stringify(input),
        status: 'completed',
      })),
    ],
    usage: {
      input_tokens: 140,
      input_tokens_details: { cached_tokens: 40 },
      output_tokens: 20,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: 160,
    },
  };
}
