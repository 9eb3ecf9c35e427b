import { z } from 'zod';

const count = z.number().catch(0);
const sessionID = z.string();

/** Lines of `opencode run --format json`, as far as we read them. Unknown lines and fields are left alone. */
export const opencodeLine = z.union([
  z.looseObject({ type: z.literal('step_start'), sessionID }),
  z.looseObject({ type: z.literal('text'), sessionID, part: z.looseObject({ text: z.string() }) }),
  z.looseObject({
    type: z.literal('tool_use'),
    sessionID,
    part: z.looseObject({
      callID: z.string(),
      tool: z.string(),
      state: z.looseObject({ status: z.string(), input: z.unknown().optional() }),
    }),
  }),
  z.looseObject({
    type: z.literal('step_finish'),
    sessionID,
    part: z.looseObject({
      reason: z.string(),
      cost: count,
      tokens: z.looseObject({
        input: count,
        output: count,
        reasoning: count,
        cache: z.looseObject({ read: count, write: count }),
      }),
    }),
  }),
  z.looseObject({
    type: z.literal('error'),
    error: z.looseObject({
      name: z.string(),
      data: z
        .looseObject({
          message: z.string().nullish(),
          statusCode: z.number().nullish(),
          isRetryable: z.boolean().nullish(),
          responseHeaders: z.record(z.string(), z.string()).nullish().catch(null),
        })
        .nullish(),
    }),
  }),
]);

export type OpenCodeLine = z.infer<typeof opencodeLine>;
export type OpenCodeError = Extract<OpenCodeLine, { type: 'error' }>['error'];
export type OpenCodeStep = Extract<OpenCodeLine, { type: 'step_finish' }>['part'];
