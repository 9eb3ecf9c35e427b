import { z } from 'zod';

/** Lines of `codex exec --json`, as far as we read them. Unknown lines and fields are left alone. */
const item = z.union([
  z.looseObject({ id: z.string(), type: z.literal('agent_message'), text: z.string() }),
  z.looseObject({
    id: z.string(),
    type: z.literal('command_execution'),
    command: z.string(),
    exit_code: z.number().nullish(),
    status: z.string(),
  }),
  z.looseObject({
    id: z.string(),
    type: z.literal('file_change'),
    changes: z.array(z.looseObject({ path: z.string() })),
    status: z.string(),
  }),
]);

export const codexUsage = z.looseObject({
  input_tokens: z.number().catch(0),
  cached_input_tokens: z.number().catch(0),
  output_tokens: z.number().catch(0),
});

const failure = z.looseObject({ message: z.string().catch('') });

export const codexLine = z.union([
  z.looseObject({ type: z.literal('thread.started'), thread_id: z.string() }),
  z.looseObject({ type: z.literal('item.started'), item }),
  z.looseObject({ type: z.literal('item.completed'), item }),
  z.looseObject({ type: z.literal('turn.completed'), usage: codexUsage }),
  z.looseObject({ type: z.literal('turn.failed'), error: failure }),
  z.looseObject({ type: z.literal('error'), message: z.string() }),
]);

export type CodexItem = z.infer<typeof item>;
export type CodexUsage = z.infer<typeof codexUsage>;
