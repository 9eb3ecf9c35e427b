/** What a file holds; it says how a broken one is told from one that is merely old. */
export type FileKind = 'markdown' | 'plan' | 'yaml' | 'time';

export interface ProjectedFile {
  /** Without a folder. */
  readonly name: string;
  readonly kind: FileKind;
  readonly text: string;
}
