import { visibleControls, visibleLine } from '../domain/visible.ts';

// Bidirectional and invisible marks can make a text read as something else. What joins two pictures to one cannot.
const disguising =
  /[\u061C\u200B\u200C\u200E\u200F\u2028-\u202E\u2060-\u2069\uFEFF]|(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\uFE0F])\u200D|\u200D(?!\p{Extended_Pictographic})/gu;
/** Most lines are so, and there may be many. */
const harmless = /^[\x20-\x7E]*$/;

/** One line of foreign text that cannot move the cursor, colour the terminal or disguise what follows. */
export function plainLine(text: string): string {
  if (harmless.test(text) && !text.includes('  ')) return text;
  return visibleLine(text).replace(disguising, '\uFFFD');
}

/** Foreign text of several lines; line ends and tabs stay. */
export function plainText(text: string): string {
  return visibleControls(text).replace(disguising, '\uFFFD');
}

/** JSON for scripts that is harmless on a terminal too. */
export function plainJson(value: unknown): string {
  // JSON itself escapes the characters below the space only.
  return JSON.stringify(value, null, 2).replace(
    /[\u007F-\u009F]|[\u061C\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** `$0.13`; `$0` for nothing. */
export function formatUsd(usd: number): string {
  return usd === 0 ? '$0' : `$${usd.toFixed(2)}`;
}
