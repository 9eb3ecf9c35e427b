/** Something that waits for a person. */
export interface Waiting {
  /** Names what waits; another key is another wait. */
  readonly key: string;
  /** ISO 8601. */
  readonly since: string;
  /** How often it was reminded of. */
  readonly reminded: number;
  /** True from when a reminder's time has come until it is given. */
  readonly isDue: boolean;
}
