import { escapeHtml } from '../model/markdown.ts';
import { text, type Answer } from '../server/answer.ts';

/** A piece of HTML in which every text has been escaped. */
export interface Html {
  readonly html: string;
}

type Part = Html | string | number | null | readonly Part[];

function render(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return 'html' in part ? part.html : part.map(render).join('');
}

/** Builds HTML; whatever is put in is escaped unless it is HTML from here. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return { html: strings.map((text, index) => text + render(parts[index] ?? null)).join('') };
}

const style = `
:root { color-scheme: light dark; --line: #d1d9e0; --soft: #f6f8fa; --quiet: #59636e; --link: #0969da;
  --text: #1f2328; --back: #fff; --green: #1a7f37; --purple: #8250df; --red: #cf222e; --gray: #59636e;
  --added: #dafbe1; --removed: #ffebe9; --hunk: #ddf4ff; }
@media (prefers-color-scheme: dark) { :root { --line: #3d444d; --soft: #151b23; --quiet: #9198a1; --link: #4493f8;
  --text: #f0f6fc; --back: #0d1117; --green: #238636; --purple: #8957e5; --red: #da3633; --gray: #656c76;
  --added: #12261e; --removed: #25171c; --hunk: #121d2f; } }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.55 system-ui, sans-serif; color: var(--text); background: var(--back); }
header { background: var(--soft); border-bottom: 1px solid var(--line); padding: 12px 24px; }
header small { color: var(--quiet); float: right; }
main { max-width: 1012px; margin: 24px auto 64px; padding: 0 24px; }
a { color: var(--link); text-decoration: none; } a:hover { text-decoration: underline; }
h1 { font-size: 26px; font-weight: 500; margin: 0 0 8px; } h1 .number { color: var(--quiet); font-weight: 300; }
h2 { font-size: 18px; margin: 32px 0 12px; }
code, pre, .diff { font: 12.5px/1.5 ui-monospace, monospace; }
code { background: var(--soft); padding: 2px 5px; border-radius: 5px; }
pre { background: var(--soft); padding: 12px; border-radius: 6px; overflow-x: auto; } pre code { padding: 0; }
.state { color: #fff; border-radius: 2em; padding: 4px 12px; font-size: 13px; font-weight: 500; }
.OPEN { background: var(--green); } .CLOSED { background: var(--red); } .MERGED, .COMPLETED { background: var(--purple); }
.DRAFT { background: var(--gray); }
.meta, .event { color: var(--quiet); } .event { padding: 2px 0 14px 16px; font-size: 14px; }
.label { border: 1px solid var(--line); border-radius: 2em; padding: 1px 9px; font-size: 12px; margin-left: 4px; }
.box { border: 1px solid var(--line); border-radius: 8px; margin: 0 0 16px; overflow: hidden; }
.box > .head { background: var(--soft); border-bottom: 1px solid var(--line); padding: 8px 16px; color: var(--quiet); }
.box > .head b { color: var(--text); } .box > .body { padding: 4px 16px; overflow-wrap: anywhere; }
.row { border-top: 1px solid var(--line); padding: 8px 16px; } .row:first-child { border-top: 0; }
.diff { display: block; overflow-x: auto; } .diff span { display: block; white-space: pre; padding: 0 16px; }
.diff .add { background: var(--added); } .diff .del { background: var(--removed); } .diff .at { background: var(--hunk); color: var(--quiet); }
.plus { color: var(--green); } .minus { color: var(--red); }
`;

// Nothing on these pages may run or be fetched, whatever an issue says.
const policy = "default-src 'none'; style-src 'unsafe-inline'";

/** A whole page. `trail` leads from the repository to it. */
export function page(title: string, trail: Html, body: Html): Answer {
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
        <style>
          ${{ html: style }}
        </style>
      </head>
      <body>
        <header>${trail}<small>local GitHub</small></header>
        <main>${body}</main>
      </body>
    </html>`;
  const answer = text(200, 'text/html', document.html);
  return { ...answer, headers: { ...answer.headers, 'content-security-policy': policy } };
}
