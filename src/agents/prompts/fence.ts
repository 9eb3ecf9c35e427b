import { createHash } from 'node:crypto';

/**
 * What cannot be seen but may be read by a model: format characters (zero-width, bidirectional controls, tags used to
 * smuggle ASCII), control characters besides tab and line feed, and code points that Unicode renders as nothing.
 * U+200D and U+FE0F stay: emoji are made with them.
 */
const invisible =
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B\u200C\u200E\u200F\u2028-\u202E\u2060-\u206F\u3164\uFE00-\uFE0E\uFEFF\uFFA0\uFFF0-\uFFFB\u{1D173}-\u{1D17A}\u{E0000}-\u{E0FFF}]/gu;

/** An HTML comment, which GitHub does not show; one that is never closed hides the rest. */
const hiddenComment = /<!--[^]*?(?:-->|$)/g;

/**
 * A text as a person sees it on GitHub: without HTML comments, invisible and direction-changing characters, and broken
 * surrogates. Line ends become `\n`.
 */
export function visibleText(text: string): string {
  return withoutInvisible(
    text.replace(hiddenComment, (comment) =>
      comment.endsWith('-->') ? '' : '[the rest is an HTML comment, left out]',
    ),
  );
}

/** Like {@link visibleText}, for code and logs, where an HTML comment is part of what is to be seen. */
export function withoutInvisible(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8').replace(/\r\n?/g, '\n').replace(invisible, '');
}

/**
 * Puts a text between two marks that cannot be in it, because they are derived from its digest. Nothing in the text can
 * close them and speak as the prompt.
 *
 * @param what - for the model: what the text is. Ours, never untrusted.
 */
export function fence(what: string, text: string): string {
  const tag = tagFor(text);
  return `<${tag} what="${what}">\n${text}\n</${tag}>`;
}

function tagFor(text: string): string {
  for (let salt = 0; ; salt += 1) {
    const digest = createHash('sha256').update(salt.toString()).update('\0').update(text).digest('hex').slice(0, 16);
    if (!text.includes(digest)) return `data-${digest}`;
  }
}

/** Cuts a text to a number of UTF-8 bytes, at a character's edge, and says what is missing. */
export function cutEnd(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.byteLength <= maxBytes) return text;
  const kept = decodeWhole(bytes.subarray(0, maxBytes));
  return `${kept}\n[… ${(bytes.byteLength - Buffer.byteLength(kept)).toString()} bytes left out here]`;
}

/** Like {@link cutEnd}, but keeps the end: of a log, the last lines say what went wrong. */
export function cutStart(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.byteLength <= maxBytes) return text;
  const kept = decodeWhole(bytes.subarray(bytes.byteLength - maxBytes));
  return `[${(bytes.byteLength - Buffer.byteLength(kept)).toString()} bytes left out here …]\n${kept}`;
}

/** Drops what is left of a character that the cut went through. */
function decodeWhole(bytes: Buffer): string {
  let start = 0;
  while (start < bytes.byteLength && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  let end = bytes.byteLength;
  // A character has at most four bytes; its first one tells how many.
  for (let back = 1; back <= 4 && back <= bytes.byteLength - start; back += 1) {
    const byte = bytes[bytes.byteLength - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    if (length > back) end = bytes.byteLength - back;
    break;
  }
  return bytes.subarray(start, end).toString('utf8');
}
