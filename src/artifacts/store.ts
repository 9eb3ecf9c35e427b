import type { ArtifactRef } from '../domain/artifact.ts';

/** Content-addressed bytes. Putting the same bytes twice gives the same reference and stores them once. */
export interface ArtifactStore {
  /** Stores bytes. Atomic: a reader sees all of them or none. */
  put(bytes: Uint8Array | string): Promise<ArtifactRef>;
  /** Stores a file's bytes without reading it whole into memory. */
  putFile(path: string): Promise<ArtifactRef>;
  /** The bytes, or undefined if this store does not have them (or they no longer match their digest). */
  get(ref: ArtifactRef): Promise<Buffer | undefined>;
  /** Writes the bytes to `path`; false if this store does not have them. */
  getFile(ref: ArtifactRef, path: string): Promise<boolean>;
}
