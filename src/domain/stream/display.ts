import type { RunEvent } from './run-event.ts';

/** Characters of one piece of a text: a few pieces fit every heartbeat. */
const PIECE = 4_000;
const MAX_SUMMARY = 500;
const MAX_MESSAGE = 2_000;
const MAX_PATH = 1_000;

/** The same event in the size of a stream: a long text in pieces, everything else cut. */
export function inPieces(event: RunEvent): readonly RunEvent[] {
  switch (event.type) {
    case 'text':
      return piecesOf(event.text).map((text, index, all) =>
        index < all.length - 1 ? { type: 'text', text, more: true } : { type: 'text', text },
      );
    case 'tool_start':
      return [
        { ...event, id: cut(event.id, 200), name: cut(event.name, 200), summary: cut(event.summary, MAX_SUMMARY) },
      ];
    case 'tool_end':
      return [{ ...event, id: cut(event.id, 200) }];
    case 'file_changed':
      return [{ ...event, path: cut(event.path, MAX_PATH) }];
    case 'retry':
      return [{ ...event, reason: cut(event.reason, MAX_SUMMARY) }];
    case 'question':
      return [{ ...event, text: cut(event.text, PIECE), options: event.options.map((option) => cut(option, 200)) }];
    case 'final':
    case 'attempt_ended':
      return [{ ...event, message: cut(event.message, MAX_MESSAGE) }];
    case 'started':
      return [{ ...event, sessionId: cut(event.sessionId, 200), model: event.model && cut(event.model, 200) }];
    case 'attempt_started':
    case 'usage':
    case 'saved':
    case 'other':
      return [event];
  }
}

/** Cuts between characters: half a surrogate pair is no text. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let start = 0; start < text.length || pieces.length === 0;) {
    const end = wholeEnd(text, Math.min(start + PIECE, text.length));
    pieces.push(text.slice(start, end));
    start = end;
  }
  return pieces;
}

function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, wholeEnd(text, max - 1))}…`;
}

function wholeEnd(text: string, end: number): number {
  const last = text.charCodeAt(end - 1);
  return end < text.length && last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
}
