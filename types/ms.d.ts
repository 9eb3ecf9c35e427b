// `ms@3.0.0-canary.1`, which the Temporal packages use in their `Duration` type, ships `exports` without `types`;
// under `skipLibCheck` the type silently becomes `any` and `sleep('7 dayz')` compiles.
declare module 'ms' {
  type Unit =
    | 'ms'
    | 's'
    | 'm'
    | 'h'
    | 'd'
    | 'w'
    | 'y'
    | 'second'
    | 'seconds'
    | 'minute'
    | 'minutes'
    | 'hour'
    | 'hours'
    | 'day'
    | 'days'
    | 'week'
    | 'weeks';
  export type StringValue = `${number}` | `${number}${Unit}` | `${number} ${Unit}`;
}
