import type { IncomingHttpHeaders } from 'node:http';

export type ApiName = 'messages' | 'responses' | 'gemini' | 'chat';

/** What a script decides by, as one API tells it. */
export type RequestFacts = Pick<ModelRequest, 'sessionId' | 'key' | 'step' | 'tools' | 'prompt' | 'toolResult'>;

/** A request to the model, with what a script decides by. */
export interface ModelRequest {
  /** Path without the query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** In the form of its API; typed for the Messages API. */
  readonly body: MessagesBody;
  readonly api: ApiName;
  /** The CLI's session, where its requests name it; else empty. */
  readonly sessionId: string;
  readonly key: string | undefined;
  /** 1 for the session's first request for a message. Requests that are tried again count. */
  readonly turn: number;
  /** 1 for the first request after the last prompt of a person; tool results do not begin anew. */
  readonly step: number;
  /** Names of the tools that the model may call. */
  readonly tools: readonly string[];
  /** Text of the last prompt of a person. */
  readonly prompt: string;
  /** What the last tool said; null if the last message is no tool's. */
  readonly toolResult: { readonly ok: boolean; readonly text: string } | null;
}

export interface MessagesBody {
  readonly model?: string;
  readonly stream?: boolean;
  readonly messages?: readonly { readonly role: string; readonly content: string | readonly ContentBlock[] }[];
  readonly tools?: readonly { readonly name: string }[];
  readonly metadata?: { readonly user_id?: string };
}

interface ContentBlock {
  readonly type: string;
  readonly text?: string;
  readonly is_error?: boolean;
  readonly content?: string | readonly ContentBlock[];
}

/** Reads a request to the Messages API. Claude Code names its session in a header, and inside `metadata.user_id`. */
export function readMessages(headers: IncomingHttpHeaders, body: MessagesBody): RequestFacts {
  const sessionId = headers['x-claude-code-session-id'];
  const key = headers['x-api-key'];
  const people = (body.messages ?? []).filter((message) => message.role === 'user');
  const lastPrompt = people.findLastIndex((message) =>
    blocks(message.content).every((block) => block.type !== 'tool_result'),
  );
  return {
    sessionId: typeof sessionId === 'string' ? sessionId : sessionOf(body.metadata?.user_id),
    key: typeof key === 'string' ? key : undefined,
    step: people.length - lastPrompt,
    tools: (body.tools ?? []).map((tool) => tool.name),
    prompt: textOf(people[lastPrompt]?.content ?? ''),
    toolResult: toolResultOf(people.at(-1)?.content ?? ''),
  };
}

function sessionOf(userId: string | undefined): string {
  try {
    const { session_id } = JSON.parse(userId ?? '{}') as { session_id?: string };
    return session_id ?? '';
  } catch {
    return '';
  }
}

function toolResultOf(content: string | readonly ContentBlock[]): ModelRequest['toolResult'] {
  const result = blocks(content).findLast((block) => block.type === 'tool_result');
  return result === undefined ? null : { ok: result.is_error !== true, text: textOf(result.content ?? '') };
}

function blocks(content: string | readonly ContentBlock[]): readonly ContentBlock[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

function textOf(content: string | readonly ContentBlock[]): string {
  return blocks(content)
    .map((block) => block.text ?? '')
    .join('\n');
}
