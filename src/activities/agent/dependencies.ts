import type { OwnTemplates } from '../../agents/prompts/templates.ts';
import type { AgentRegistry } from '../../agents/registry.ts';
import type { ArtifactStore } from '../../artifacts/store.ts';
import type { IssueIdentity } from '../../domain/issue-state.ts';
import type { PriceTable } from '../../domain/money/prices.ts';
import type { SpendingLedger } from '../../ledger/ledger.ts';
import type { StreamStore } from '../../domain/stream/stream-store.ts';
import type { GitHub } from '../../github/github.ts';
import type { CageLimits, Sandbox } from '../../sandbox/sandbox.ts';
import type { Publisher, Remote, Workspaces } from '../../workspace/workspace.ts';

/** What the configuration says about work on one repository, beside the workflow's policy. */
export interface WorkSettings {
  readonly author: { readonly name: string; readonly email: string };
  /** With `{number}`, `{title}` and `{repository}`. */
  readonly commitMessage: string;
  /** Null: found in the project. */
  readonly validationCommands: readonly string[] | null;
  readonly readOnlyPaths: readonly string[];
  /** Texts in the place of our own prompts. */
  readonly templates: OwnTemplates;
  /** What one run may take of its host. */
  readonly limits: CageLimits;
  /** Hosts that agents and validation may reach. */
  readonly registries: readonly string[];
  /** What validation may reach, besides registries. */
  readonly validationNetwork: 'none' | 'host';
  /** What models cost. */
  readonly prices: PriceTable;
  /** Between two times that a running agent's session and work are saved. */
  readonly checkpointMs: number;
  /** True if unfinished work is pushed as well. */
  readonly checkpointRef: boolean;
}

/** What agent runs and validation stand on. */
export interface AgentDependencies {
  readonly artifacts: ArtifactStore;
  /** Where the events of runs go, for who watches from elsewhere. */
  readonly streams: StreamStore;
  readonly workspaces: Workspaces;
  readonly agents: AgentRegistry;
  readonly sandbox: () => Promise<Sandbox>;
  readonly publisher: Pick<Publisher, 'pushCheckpoint'>;
  readonly github: GitHub;
  /** What all runs spend, of all workers. */
  readonly spending: SpendingLedger;
  readonly remoteOf: (repository: string) => Remote;
  /** By the repository's node id where it is known: a rename changes nothing. */
  readonly settingsOf: (issue: IssueIdentity) => Promise<WorkSettings>;
  /** Values that must never leave in a plan, a transcript or a log. */
  readonly knownSecrets: () => Promise<readonly string[]>;
}
