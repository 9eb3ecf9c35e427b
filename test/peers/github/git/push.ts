/** One ref that a push wants to move. */
export interface RefUpdate {
  readonly ref: string;
  /** Forty zeros where the ref is made. */
  readonly before: string;
  /** Forty zeros where the ref is deleted. */
  readonly after: string;
}

/** A push, before any of it is accepted. */
export interface Push {
  readonly repository: string;
  readonly login: string;
  readonly updates: readonly RefUpdate[];
}

/** What a test wants to happen to a push: refused with words, or accepted with the answer lost. */
export interface PushVerdict {
  readonly reject?: string;
  readonly dropAfterAccept?: boolean;
}

export type PushHook = (push: Push) => PushVerdict | undefined;

/**
 * The ref updates at the beginning of a `git-receive-pack` request: packet lines up to the first flush. Null while the
 * bytes do not reach that far.
 * Source: git's `gitprotocol-pack`, "Reference Update Request".
 */
export function parseRefUpdates(bytes: Buffer): RefUpdate[] | null {
  const updates: RefUpdate[] = [];
  let position = 0;
  for (;;) {
    if (bytes.length < position + 4) return null;
    const length = parseInt(bytes.toString('latin1', position, position + 4), 16);
    if (length === 0) return updates;
    if (Number.isNaN(length) || length < 4) return updates;
    if (bytes.length < position + length) return null;
    const [line = ''] = bytes.toString('utf8', position + 4, position + length).split('\0');
    const [before = '', after = '', ref = ''] = line.trimEnd().split(' ');
    if (ref !== '') updates.push({ ref, before, after });
    position += length;
  }
}
