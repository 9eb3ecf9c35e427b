import type { IncomingMessage } from 'node:http';
import { record, type Json } from './apis/api.ts';

/** A body as it came, and what it says; null for one that is no object. */
export interface Body {
  readonly bytes: number;
  readonly json: Json | null;
}

/** @returns the body; `too_large` as soon as it is */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Body | 'too_large'> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) return 'too_large';
    chunks.push(chunk);
  }
  return { bytes, json: parse(Buffer.concat(chunks).toString('utf8')) };
}

function parse(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? record(value) : null;
  } catch {
    return null;
  }
}
