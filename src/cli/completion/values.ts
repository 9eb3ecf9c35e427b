import { setTimeout as sleep } from 'node:timers/promises';
import { agentNames } from '../../config/agent-names.ts';
import { canonicalRepositoryName } from '../../domain/repository-name.ts';
import type { CommandContext } from '../context.ts';
import { plainLine } from '../text.ts';
import { fit } from '../width.ts';
import type { Candidate, Situation, ValueSource } from './suggest.ts';

/** Nobody waits longer for what the ledger knows; what has not come by then is not offered. */
const PATIENCE_MS = 900;
/** The newest of a repository; a person who looks for an older one knows its number. */
const MAX_ISSUES = 1_000;
const MAX_DESCRIPTION = 60;

/** Values from the configuration and the ledger; none where they cannot be read. */
export function valueSource(context: CommandContext): ValueSource {
  return (kind, situation) => lookUp(context, kind, situation).catch(() => []);
}

async function lookUp(
  context: CommandContext,
  kind: Parameters<ValueSource>[0],
  situation: Situation,
): Promise<readonly Candidate[]> {
  switch (kind) {
    case 'agent':
      return agentNames((await context.config()).config).map((value) => ({ value }));
    case 'assignee':
      return [{ value: '@me', description: 'whom the GitHub token belongs to' }];
    case 'config-key': {
      const [{ leafKeys }, { formatKey }] = await Promise.all([
        import('../../config/json-schema.ts'),
        import('../../config/key.ts'),
      ]);
      return leafKeys().map((key) => ({ value: formatKey(key) }));
    }
    case 'plan-state':
      return stateNames(Object.values((await import('../../domain/plan.ts')).planStateNames));
    case 'implementation-state':
      return stateNames(Object.values((await import('../../domain/implementation.ts')).implementationStateNames));
    case 'repository':
      return repositories(context);
    case 'issue':
      return numbered(context, situation, 'issues');
    case 'pull-request':
      return numbered(context, situation, 'pullRequests');
  }
}

/** `waiting for local review` in one word, which needs no quotes. */
function stateNames(names: readonly string[]): readonly Candidate[] {
  return [...new Set(names)].map((name) => ({ value: name.toLowerCase().replaceAll(' ', '-') }));
}

async function repositories(context: CommandContext): Promise<readonly Candidate[]> {
  return (await context.config()).config.repositories.map(({ name }) => ({ value: name }));
}

/** After a repository, or where there is but one, numbers; after `owner/repo#`, the same with it; else repositories. */
async function numbered(
  context: CommandContext,
  { current, positionals }: Situation,
  what: 'issues' | 'pullRequests',
): Promise<readonly Candidate[]> {
  const known = (await context.config()).config.repositories;
  const hash = current.indexOf('#');
  const prefix = hash > 0 ? `${current.slice(0, hash)}#` : '';
  const named = hash > 0 ? current.slice(0, hash) : positionals.findLast((word) => word.includes('/'));
  const wanted = named?.replace(/#.*$/, '') ?? (known.length === 1 ? known[0]?.name : undefined);
  const offered = prefix === '' ? await repositories(context) : [];
  const repository = known.find(({ name }) => canonicalRepositoryName(name) === wanted?.toLowerCase());
  if (repository === undefined || current.includes('/') !== hash > 0) return offered;
  const asked = numbersOf(context, repository, what).catch(() => []);
  const numbers = await Promise.race([asked, sleep(PATIENCE_MS, [], { ref: false })]);
  return [...numbers.map((one) => ({ ...one, value: `${prefix}${one.value}` })), ...offered];
}

async function numbersOf(
  context: CommandContext,
  repository: { readonly name: string; readonly id?: string | undefined },
  what: 'issues' | 'pullRequests',
): Promise<readonly Candidate[]> {
  const ledger = await context.ledger();
  const id = repository.id ?? (await ledger.repositories.find(repository.name))?.id;
  if (id === undefined) return [];
  const newest = await ledger[what].list({ repositoryIds: [id], limit: MAX_ISSUES });
  return newest.map(({ number, title }) => ({ value: String(number), description: describe(title) }));
}

function describe(title: string): string {
  return fit(plainLine(title), MAX_DESCRIPTION);
}
