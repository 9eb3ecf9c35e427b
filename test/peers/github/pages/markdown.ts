import { escapeHtml } from '../model/markdown.ts';
import type { Html } from './layout.ts';

function inline(escaped: string): string {
  return escaped
    .split(/(`[^`]+`)/)
    .map((piece, index) => (index % 2 === 1 ? `<code>${piece.slice(1, -1)}</code>` : emphasis(piece)))
    .join('');
}

function emphasis(escaped: string): string {
  return escaped
    .replace(/\*\*(.+?)\*\*/g, '<b>$1</b>')
    .replace(/\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)/g, '<a href="$2">$1</a>')
    .replace(/^\[([ x])\] /i, (_mark, tick: string) => (tick === ' ' ? '☐ ' : '☑ '))
    .replace(/&lt;(\/?(?:details|summary))&gt;/g, '<$1>');
}

function block(escaped: string): string {
  const lines = escaped.split('\n');
  const [, marks = '', title = ''] = /^(#{1,6})\s+(.*)$/.exec(lines[0] ?? '') ?? [];
  if (marks !== '') {
    const level = Math.min(marks.length + 2, 6);
    const rest = lines.slice(1).join('\n');
    return `<h${level}>${inline(title)}</h${level}>${rest.trim() === '' ? '' : block(rest)}`;
  }
  const items = lines.map((line) => /^\s*(?:[-*]|\d+\.)\s+(.*)$/.exec(line)?.[1]);
  const first = items.findIndex((item) => item !== undefined);
  if (first < 0) return `<p>${lines.map(inline).join('<br>')}</p>`;
  const before = first === 0 ? '' : block(lines.slice(0, first).join('\n'));
  const list = items.slice(first).map((item, index) => {
    const line = lines[first + index] ?? '';
    return item === undefined ? `<br>${inline(line.trim())}` : `<li>${inline(item)}`;
  });
  const tag = /^\s*\d/.test(lines[first] ?? '') ? 'ol' : 'ul';
  return `${before}<${tag}>${list.join('\n')}</${tag}>`;
}

/** The commonest Markdown for reading. The text is escaped first, so that only what is written here becomes HTML. */
export function markdown(source: string): Html {
  const visible = source.replace(/<!--[\s\S]*?(?:-->|$)/g, '').replaceAll('\r\n', '\n');
  const pieces = escapeHtml(visible).split(/^(?:```|~~~)[^\n]*\n([\s\S]*?)^(?:```|~~~)[ \t]*$/m);
  const rendered = pieces.map((piece, index) => {
    if (index % 2 === 1) return `<pre><code>${piece}</code></pre>`;
    const blocks = piece.split(/\n\s*\n/).filter((part) => part.trim() !== '');
    return blocks.map((part) => block(part.replace(/^\n+|\n+$/g, ''))).join('\n');
  });
  const html = rendered.join('\n');
  return { html: html.trim() === '' ? '<p class="meta">No description provided.</p>' : html };
}
