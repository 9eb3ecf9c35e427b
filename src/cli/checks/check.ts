/** One thing that `ghw doctor` looked at. */
export interface Check {
  readonly name: string;
  /** `warn`: work goes on, but a person should know. */
  readonly status: 'ok' | 'warn' | 'fail';
  /** What was found. */
  readonly message: string;
  /** How to mend it. */
  readonly mend?: string;
}
