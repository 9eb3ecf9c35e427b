/** This many full batches that went well, one after the other, make the next ones a little larger. */
const GROW_AFTER = 4;

/**
 * How many things one request asks for: half as many after each request that GitHub could not answer, down to one, and
 * slowly more again once it can. Kept over cycles, so that a GitHub with a bad hour is not asked too much each time anew.
 */
export class AdaptiveSize {
  readonly most: number;
  #now: number;
  #good = 0;

  /** @param most - also what it begins with */
  constructor(most: number) {
    this.most = most;
    this.#now = most;
  }

  get now(): number {
    return this.#now;
  }

  /** @param asked - for how many things; a smaller batch than allowed says nothing about larger ones */
  succeeded(asked: number): void {
    if (asked < this.#now) return;
    this.#good += 1;
    if (this.#good < GROW_AFTER) return;
    this.#good = 0;
    this.#now = Math.min(this.most, this.#now + Math.max(1, Math.floor(this.#now / 4)));
  }

  /** @param asked - a smaller batch than allowed has failed before, as part of a larger one */
  failed(asked: number): void {
    this.#good = 0;
    this.#now = Math.max(1, Math.min(this.#now, Math.ceil(asked / 2)));
  }

  /** Takes back what one bad thing made of it: the size was not what GitHub could not answer. */
  restore(size: number): void {
    this.#now = Math.max(this.#now, Math.min(this.most, size));
  }
}
