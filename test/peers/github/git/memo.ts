/** Keeps the answers about immutable things (objects, differences between two commits), the newest ones. */
export class Memo {
  readonly #capacity: number;
  readonly #entries = new Map<string, Promise<unknown>>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get<T>(key: string, compute: () => Promise<T>): Promise<T> {
    const known = this.#entries.get(key);
    if (known !== undefined) return known as Promise<T>;
    const answer = compute();
    this.#entries.set(key, answer);
    answer.catch(() => this.#entries.delete(key));
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#capacity && oldest !== undefined) this.#entries.delete(oldest);
    return answer;
  }
}
