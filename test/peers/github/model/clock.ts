/** The server's time. Tests move it forward; it never stands still by itself. */
export class Clock {
  #offsetMs = 0;

  milliseconds(): number {
    return Date.now() + this.#offsetMs;
  }

  /** Now as GitHub writes it: UTC with whole seconds. */
  now(): string {
    return `${new Date(this.milliseconds()).toISOString().slice(0, 19)}Z`;
  }

  advance(milliseconds: number): void {
    this.#offsetMs += milliseconds;
  }
}
