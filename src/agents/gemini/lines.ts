import { z } from 'zod';

const count = z.number().catch(0);

/** Lines of `gemini --output-format stream-json`, as far as we read them. Unknown lines and fields are left alone. */
export const geminiLine = z.union([
  z.looseObject({ type: z.literal('init'), session_id: z.string(), model: z.string().nullish() }),
  z.looseObject({ type: z.literal('message'), role: z.string(), content: z.string() }),
  z.looseObject({
    type: z.literal('tool_use'),
    tool_name: z.string(),
    tool_id: z.string(),
    parameters: z.unknown().optional(),
  }),
  z.looseObject({ type: z.literal('tool_result'), tool_id: z.string(), status: z.string() }),
  z.looseObject({
    type: z.literal('result'),
    status: z.string(),
    error: z.looseObject({ type: z.string().catch(''), message: z.string().catch('') }).nullish(),
    stats: z.looseObject({ input_tokens: count, output_tokens: count, cached: count }).nullish(),
  }),
]);

export type GeminiLine = z.infer<typeof geminiLine>;
export type GeminiResult = Extract<GeminiLine, { type: 'result' }>;
