import type { ModelUsage } from '../../domain/money/prices.ts';

/** The shapes in which models are asked. */
export const apiNames = ['anthropic', 'openai', 'google'] as const;
export type ApiName = (typeof apiNames)[number];

/** Whose model a run asks. */
export interface ModelProvider {
  readonly api: ApiName;
  /** Paths that the agent asks for are taken below it. */
  readonly baseUrl: string;
  readonly apiKey: string;
}

/** What of a request decides whether it goes on, and what it may cost. */
export interface RequestFacts {
  readonly model: string;
  /** The most that the model may write; null where the request sets no limit. */
  readonly maxOutputTokens: number | null;
  /** True where the provider adds what the request does not hold, such as a conversation that it keeps. */
  readonly openEnded: boolean;
  /** Why the provider would reach out into the network for it, and tell what is in the cage; null if it would not. */
  readonly reachesOut: string | null;
}

/** What an answer said about itself so far. */
export interface AnswerFacts {
  readonly model: string | null;
  readonly usage: ModelUsage | null;
}

export type Json = Readonly<Record<string, unknown>>;

/** One API, as the gateway has to know it. Pure. */
export interface ModelApi {
  readonly name: ApiName;
  /** The model's paths below the base address; everything else is refused. */
  readonly routes: readonly Route[];
  /** Parameters of the query that go on. */
  readonly query: readonly string[];
  /** Headers that carry the key; `anthropic-beta` is added to what the agent says there. */
  credential(key: string): Readonly<Record<string, string>>;
  readRequest(path: string, body: Json): RequestFacts;
  /** What has to be said so that the answer tells its usage; the body itself if that is so already. */
  readonly prepare?: (body: Json) => Json;
  /** Takes in one event of a stream, or a whole answer. */
  readAnswer(seen: AnswerFacts, answer: Json): AnswerFacts;
  /** An error in the API's own shape. */
  error(status: number, message: string): Json;
}

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  /** False for what costs nothing: counting tokens, the list of models. */
  readonly paid: boolean;
}

export const nothingSeen: AnswerFacts = { model: null, usage: null };

export function record(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

export function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.map(record) : [];
}

/** A count of tokens; what is none is 0, so that no nonsense makes a cost negative. */
export function count(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
}

export function limit(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null;
}

export function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
