/** Unicode's own picture of a control character: it can be read, and moves no cursor. */
function controlPicture(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\uFFFD';
}

/** Foreign text of several lines, whose control characters are seen and do nothing. Line ends become `\n`; tabs stay. */
export function visibleControls(text: string): string {
  return text.replace(/\r\n?/gu, '\n').replace(/[^\P{Cc}\n\t]/gu, controlPicture);
}

/** The same on one line. */
export function visibleLine(text: string): string {
  return text.replace(/\s+/gu, ' ').replace(/\p{Cc}/gu, controlPicture);
}
