import measure from 'fast-string-truncated-width';

const plain = /^[\x20-\x7E]*$/;

/** Columns that a text takes on a terminal: two for an emoji or a Chinese character, none for a combining mark. */
export function widthOf(text: string): number {
  return plain.test(text) ? text.length : measure(text).width;
}

/** The text within `width` columns; what is cut ends in `…`. */
export function fit(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width < 1) return '';
  const { index } = measure(text, { limit: width, ellipsis: '…', ellipsisWidth: 1 });
  let cut = text.slice(0, index);
  // What is measured piece by piece can come out a column too wide.
  while (widthOf(cut) >= width) cut = [...cut].slice(0, -1).join('');
  return `${cut}…`;
}
