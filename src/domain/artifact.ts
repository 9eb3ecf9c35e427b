/** Where artifacts are kept; `auto` is Postgres where a database is named, and a directory elsewhere. */
export const artifactStores = ['auto', 'directory', 'postgres'] as const;

/** A pointer to bytes in the artifact store: sessions, transcripts, bundles, logs, issue texts. */
export interface ArtifactRef {
  /** SHA-256 of the bytes, 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** Size in bytes. */
  readonly bytes: number;
}
