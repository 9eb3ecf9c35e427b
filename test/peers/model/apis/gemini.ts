import type { Answer } from '../reply.ts';
import type { RequestFacts } from '../request.ts';
import { header, partsOf, type Asked, type ModelApi } from './api.ts';

interface Part {
  readonly text?: string;
  readonly functionResponse?: { readonly response?: Readonly<Record<string, unknown>> };
}

interface Body {
  readonly contents?: readonly { readonly role?: string; readonly parts?: readonly Part[] }[];
  readonly tools?: readonly { readonly functionDeclarations?: readonly { readonly name: string }[] }[];
}

const PATH = /^\/v1(?:beta)?\/models\/([^/:]+):(generateContent|streamGenerateContent)$/;

/** Google's Gemini API. */
export const geminiApi: ModelApi = {
  name: 'gemini',
  matches: (path) => PATH.test(path),
  read: (headers, body) => factsOf(body as Body, header(headers, 'x-goog-api-key')),
  modelOf: (path) => PATH.exec(path)?.[1] ?? 'scripted',
  streams: (path) => path.endsWith(':streamGenerateContent'),
  whole: responseOf,
  chunks: function* (answer, asked) {
    const response = responseOf(answer, asked);
    const [candidate] = response.candidates;
    for (const part of candidate?.content.parts ?? []) {
      yield chunk({ ...response, candidates: [{ index: 0, content: { role: 'model', parts: [part] } }] });
    }
    yield chunk({
      ...response,
      candidates: [{ index: 0, content: { role: 'model', parts: [] }, finishReason: 'STOP' }],
    });
  },
  error: ({ status, type, message }) => ({ error: { code: status, message, status: type } }),
};

function chunk(value: unknown): string {
  return `data: ${JSON.stringify(value)}\r\n\r\n`;
}

function factsOf(body: Body, key: string | undefined): RequestFacts {
  const contents = body.contents ?? [];
  const people = contents.filter(({ role }) => role === 'user');
  const lastPrompt = people.findLastIndex(({ parts }) => (parts ?? []).every((part) => !part.functionResponse));
  const response = (people.at(-1)?.parts ?? []).findLast((part) => part.functionResponse)?.functionResponse?.response;
  return {
    sessionId: '',
    key,
    step: people.length - lastPrompt,
    tools: (body.tools ?? []).flatMap((tool) => tool.functionDeclarations ?? []).map(({ name }) => name),
    prompt: (people[lastPrompt]?.parts ?? []).map(({ text }) => text ?? '').join('\n'),
    toolResult: response === undefined ? null : { ok: !('error' in response), text: JSON.stringify(response) },
  };
}

function responseOf(answer: Answer, { model, serial }: Asked) {
  const { say, calls } = partsOf(answer);
  const parts = [
    ...(say === undefined ? [] : [{ text: say }]),
    ...calls.map(({ name, input }, index) => ({
      functionCall: { id: `call_${serial.toString()}_${index.toString()}`, name, args: input },
    })),
  ];
  return {
    candidates: [{ index: 0, content: { role: 'model', parts }, finishReason: 'STOP' }],
    usageMetadata: {
      promptTokenCount: 140,
      cachedContentTokenCount: 40,
      candidatesTokenCount: 20,
      totalTokenCount: 160,
    },
    modelVersion: model,
    responseId: `response_${serial.toString()}`,
  };
}
