import { type Io, columnsOf } from './io.ts';
import { plainLine } from './text.ts';
import { fit } from './width.ts';

/** Tells how things go: one line that changes on a terminal, a new line per change elsewhere. */
export interface LiveLine {
  /** `news` is what is told where there is no terminal, if anything: elapsed time is no news. */
  show(text: string, news: string | undefined): void;
  /** Takes the line away. */
  clear(): void;
}

/** On standard error, so that it never mixes with the answer. */
export function createLiveLine(io: Io): LiveLine {
  return io.stderr.isTTY ? terminalLine(io) : plainLines(io);
}

/** Carriage return, then erase to the end of the line. */
const ERASE = '\r\u001B[K';

function terminalLine({ stderr }: Io): LiveLine {
  return {
    show(text) {
      stderr.write(`${ERASE}${fit(plainLine(text), (columnsOf(stderr) ?? 80) - 1)}`);
    },
    clear() {
      stderr.write(ERASE);
    },
  };
}

function plainLines({ stderr }: Io): LiveLine {
  return {
    show(_text, news) {
      if (news !== undefined) stderr.write(`${plainLine(news)}\n`);
    },
    clear() {
      // Nothing stands there.
    },
  };
}
