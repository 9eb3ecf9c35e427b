import { StringDecoder } from 'node:string_decoder';
import type { ModelUsage } from '../domain/money/prices.ts';
import { nothingSeen, record, type AnswerFacts, type ModelApi } from './apis/api.ts';

/** Reads an answer as it passes, for what it says about itself. Never fails: what it cannot read goes by. */
export interface AnswerReader {
  push(chunk: Buffer): void;
  /** @param whole - false if the answer broke off */
  end(whole: boolean): ReadAnswer;
}

export interface ReadAnswer {
  readonly model: string | null;
  readonly usage: ModelUsage;
  /** True where the answer did not say all, and its length had to do. */
  readonly estimated: boolean;
}

/** The longest piece that is held back to be read, in characters. */
const MAX_PIECE = 32 * 1024 * 1024;
/** Rather too few than too many, so that a guess is rather too dear. */
const BYTES_PER_TOKEN = 3;

/** @param requestBytes - what the input is guessed from, where the answer does not tell it */
export function createAnswerReader(api: ModelApi, contentType: string, requestBytes: number): AnswerReader {
  const decoder = new StringDecoder('utf8');
  const isStream = contentType.includes('text/event-stream');
  let facts: AnswerFacts = nothingSeen;
  let rest = '';
  let bytes = 0;

  function take(json: string): void {
    const parsed = parse(json);
    // A stream without events is one list.
    const answers = Array.isArray(parsed) ? parsed : [parsed];
    for (const answer of answers) facts = api.readAnswer(facts, record(answer));
  }

  /** Only `data` counts, and in these APIs it is one line. */
  function takeLines(): void {
    const lines = rest.split(/\r\n|\n|\r/);
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.startsWith('data:') && line.includes('{')) take(line.slice(5));
  }

  return {
    push(chunk) {
      bytes += chunk.length;
      rest += decoder.write(chunk);
      if (isStream) takeLines();
      if (rest.length > MAX_PIECE) rest = '';
    },
    end(whole) {
      if (isStream) {
        rest += '\n';
        takeLines();
      } else {
        take(rest);
      }
      const { model, usage } = facts;
      if (whole && usage !== null) return { model, usage, estimated: false };
      return { model, usage: guess(usage, { requestBytes, answerBytes: bytes }), estimated: true };
    },
  };
}

function guess(
  told: ModelUsage | null,
  { requestBytes, answerBytes }: { readonly requestBytes: number; readonly answerBytes: number },
): ModelUsage {
  const outputTokens = Math.ceil(answerBytes / BYTES_PER_TOKEN);
  if (told !== null) return { ...told, outputTokens: Math.max(told.outputTokens, outputTokens) };
  return { inputTokens: Math.ceil(requestBytes / BYTES_PER_TOKEN), cachedInputTokens: 0, outputTokens };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
