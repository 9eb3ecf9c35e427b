import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What was read, and by which marks a change since would show. */
interface Reading {
  readonly refs: ReadonlyMap<string, string>;
  /** Times of change by path: the packed refs, and every folder of loose ones. */
  readonly marks: ReadonlyMap<string, bigint>;
  readonly isSettled: boolean;
}

/** A file system may give two changes within this time the same time. */
const SETTLING_NS = 50_000_000n;

/**
 * The refs of bare repositories, read from their files: a process of git for each look would take longer than all the
 * rest of a request over many repositories. What has not changed since is not read again.
 */
export class RefReader {
  readonly #known = new Map<string, Reading>();

  /** Null where the files hold what only git itself understands. */
  async read(path: string): Promise<Map<string, string> | null> {
    const known = this.#known.get(path);
    if (known?.isSettled === true && (await isUnchanged(known))) return new Map(known.refs);
    const now = BigInt(Date.now()) * 1_000_000n;
    const refs = new Map<string, string>();
    const marks = new Map<string, bigint>();
    if (!(await readPacked(path, refs, marks)) || !(await readLoose(path, 'refs', { refs, marks }))) return null;
    const isSettled = [...marks.values()].every((mark) => mark < now - SETTLING_NS);
    this.#known.set(path, { refs, marks, isSettled });
    return new Map([...refs].sort(([one], [other]) => (one < other ? -1 : 1)));
  }
}

async function isUnchanged({ marks }: Reading): Promise<boolean> {
  for (const [path, mark] of marks) if ((await changedAt(path)) !== mark) return false;
  return true;
}

/** 0 for what is not there. */
async function changedAt(path: string): Promise<bigint> {
  return stat(path, { bigint: true }).then(
    ({ mtimeNs }) => mtimeNs,
    () => 0n,
  );
}

async function readPacked(path: string, refs: Map<string, string>, marks: Map<string, bigint>): Promise<boolean> {
  const file = join(path, 'packed-refs');
  marks.set(file, await changedAt(file));
  const text = await readFile(file, 'utf8').catch(() => '');
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#') || line.startsWith('^')) continue;
    const [, oid, name] = /^([0-9a-f]{40,64}) (.+)$/.exec(line) ?? [];
    if (oid === undefined || name === undefined) return false;
    refs.set(name, oid);
  }
  return true;
}

async function readLoose(
  path: string,
  folder: string,
  found: { readonly refs: Map<string, string>; readonly marks: Map<string, bigint> },
): Promise<boolean> {
  found.marks.set(join(path, folder), await changedAt(join(path, folder)));
  const entries = await readdir(join(path, folder), { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const name = `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!(await readLoose(path, name, found))) return false;
    } else if (!entry.name.endsWith('.lock')) {
      const oid = (await readFile(join(path, name), 'utf8').catch(() => '')).trim();
      // It went between the list and the look, or it is a symbolic one.
      if (!/^[0-9a-f]{40,64}$/.test(oid)) return false;
      found.refs.set(name, oid);
    }
  }
  return true;
}
