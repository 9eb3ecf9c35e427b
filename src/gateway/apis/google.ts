import { count, limit, list, record, text, type Json, type ModelApi } from './api.ts';

const MODEL = /^(?:\/v1(?:beta)?)?\/models\/([\w.-]+):\w+$/;

/** Google's Gemini API. */
export const googleApi: ModelApi = {
  name: 'google',
  routes: [
    {
      method: 'POST',
      path: /^(?:\/v1(?:beta)?)?\/models\/[\w.-]+:(?:generateContent|streamGenerateContent)$/,
      paid: true,
    },
    { method: 'POST', path: /^(?:\/v1(?:beta)?)?\/models\/[\w.-]+:countTokens$/, paid: false },
    { method: 'GET', path: /^(?:\/v1(?:beta)?)?\/models(?:\/[\w.-]+)?$/, paid: false },
  ],
  query: ['alt', 'pageSize', 'pageToken'],
  credential: (key) => ({ 'x-goog-api-key': key }),
  readRequest: (path, body) => ({
    model: MODEL.exec(path)?.[1] ?? 'unknown',
    maxOutputTokens: maxOutput(record(body.generationConfig)),
    openEnded: body.cachedContent != null,
    reachesOut: reachesOut(body),
  }),
  readAnswer(seen, answer) {
    const usage = record(answer.usageMetadata);
    const model = text(answer.modelVersion) ?? seen.model;
    if (Object.keys(usage).length === 0) return { ...seen, model };
    const input = count(usage.promptTokenCount);
    const cached = Math.min(input, count(usage.cachedContentTokenCount));
    return {
      model,
      usage: {
        inputTokens: input - cached + count(usage.toolUsePromptTokenCount),
        cachedInputTokens: cached,
        outputTokens: count(usage.candidatesTokenCount) + count(usage.thoughtsTokenCount),
      },
    };
  },
  error: (status, message) => ({ error: { code: status, message, status: statusName(status) } }),
};

function maxOutput(config: Json): number | null {
  const each = limit(config.maxOutputTokens);
  return each === null ? null : each * Math.max(1, count(config.candidateCount));
}

function reachesOut(body: Json): string | null {
  const names = list(body.tools).flatMap((tool) => Object.keys(tool));
  const tool = names.find((name) => name !== 'functionDeclarations' && name !== 'function_declarations');
  if (tool !== undefined) return `the provider's tool ${tool}`;
  const parts = [...list(body.contents), record(body.systemInstruction)].flatMap(({ parts }) => list(parts));
  return parts.some((part) => part.fileData != null || part.file_data != null) ? 'an address to fetch' : null;
}

function statusName(status: number): string {
  if (status === 401) return 'UNAUTHENTICATED';
  if (status === 403) return 'PERMISSION_DENIED';
  if (status === 404) return 'NOT_FOUND';
  return status >= 500 ? 'UNAVAILABLE' : 'INVALID_ARGUMENT';
}
