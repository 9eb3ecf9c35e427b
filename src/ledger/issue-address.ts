/** By node id where it is known, else by name. */
export interface IssueAddress {
  readonly repositoryId: string | null;
  readonly repository: string;
  readonly number: number;
}
