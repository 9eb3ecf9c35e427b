/** A system that programs are built for. */
export interface System {
  readonly platform: string;
  readonly arch: string;
  /** A Linux whose C library is not glibc. */
  readonly musl: boolean;
  /** False for an x64 processor that lacks the instructions of the last ten years (AVX2). */
  readonly modern: boolean;
}

/** The npm package that holds a CLI's program for one system. */
export interface ProgramPackage {
  /** The folder below `node_modules`. */
  readonly name: string;
  /** What npm is asked for, with the version: `name@1.2.3`, or `name@npm:other@1.2.3`. */
  readonly spec: string;
  /** The program, relative to the package. */
  readonly program: string;
}

/** How a CLI is found, told apart from others, and installed. */
export interface CliDistribution {
  /** The agent's name; also its folder in the cache. */
  readonly agent: string;
  /** For the reader. */
  readonly title: string;
  /** What it is called on the `PATH`. */
  readonly command: string;
  /** The version that is installed where none is found. */
  readonly version: string;
  /** The oldest and the newest version that this release was tried out with. */
  readonly tested: { readonly from: string; readonly to: string };
  /** What a person installs. */
  readonly publicPackage: string;
  /** Roughly how much is downloaded and kept, for the reader. */
  readonly size: string;
  /** `native` runs by itself; `node` is JavaScript, which our own Node runs. */
  readonly runtime: 'native' | 'node';
  /** Null where there is no program for a system. */
  readonly packageFor: (system: System) => ProgramPackage | null;
  /** The version in what `--version` prints; null if another program answered. */
  readonly parseVersion: (output: string) => string | null;
}

/** A warning for a version that nobody has tried; empty for one that was. */
export function versionWarning({ title, version: pinned, tested }: CliDistribution, version: string): string {
  if (compareVersions(version, tested.from) >= 0 && compareVersions(version, tested.to) <= 0) return '';
  const range = tested.from === tested.to ? `${tested.to} was` : `${tested.from} to ${tested.to} were`;
  return `${title} ${version} was not tried out with this release; ${range}. Name another program in the agent's \`path\`, or take this one off the PATH to have ${pinned} installed.`;
}

/** Negative if `a` is older than `b`. Versions are three numbers. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  const differences = [0, 1, 2].map((index) => (left?.[index] ?? 0) - (right?.[index] ?? 0));
  return differences.find((difference) => difference !== 0) ?? 0;
}

/** The first `1.2.3` of a text that is nothing but a version with the given words around it. */
export function versionIn(output: string, form: RegExp): string | null {
  return form.exec(output.trim())?.[1] ?? null;
}
