import type { ChangedFile } from '../git/differences.ts';
import { html, type Html } from './layout.ts';

/** A diff larger than this is not put on a page. */
const maximumDiffCharacters = 400_000;

function lineClass(line: string): string {
  if (line.startsWith('@@')) return 'at';
  if (line.startsWith('+')) return 'add';
  return line.startsWith('-') ? 'del' : '';
}

function fileDiff(section: string): Html {
  const lines = section.trimEnd().split('\n');
  const start = lines.findIndex((line) => line.startsWith('@@'));
  const shown = start < 0 ? lines.slice(1) : lines.slice(start);
  return html`<div class="diff">
    ${shown.map((line) => html`<span class="${lineClass(line)}">${line || ' '}</span>`)}
  </div>`;
}

function fileBox(file: ChangedFile, section: string | undefined): Html {
  return html`<div class="box">
    <div class="head">
      <b>${file.path}</b> ${file.changeType.toLowerCase()} <span class="plus">+${file.additions}</span>
      <span class="minus">−${file.deletions}</span>
    </div>
    ${section === undefined ? null : fileDiff(section)}
  </div>`;
}

/** The changed files, each with its part of the unified diff, which git lists in the same order. */
export function renderDiff(files: readonly ChangedFile[], diff: string): Html {
  const isTooLarge = diff.length > maximumDiffCharacters;
  const sections = isTooLarge ? [] : diff.split(/^(?=diff --git )/m).filter(Boolean);
  const note = isTooLarge ? html`<p class="meta">The diff is too large to show here.</p>` : null;
  return html`${note}${files.map((file, index) => fileBox(file, sections[index]))}`;
}
