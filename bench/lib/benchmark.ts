import type { Row } from './table.ts';

/** What one benchmark measured. */
export interface BenchmarkResult {
  /** For people: what was measured, under which conditions, and in which units. */
  readonly caption: string;
  readonly rows: readonly Row[];
  /** For scripts, units in the names: printed as one line of JSON, the last on standard output. */
  readonly figures: Readonly<Record<string, Figure>>;
}

/** What JSON can say. */
export type Figure = number | string | readonly Figure[] | { readonly [name: string]: Figure };

/** Each file `bench/<name>.ts` exports its benchmark by this name. */
export interface BenchmarkModule {
  /** @param args - what follows the benchmark's name on the command line */
  readonly benchmark: (args: readonly string[]) => Promise<BenchmarkResult>;
}
