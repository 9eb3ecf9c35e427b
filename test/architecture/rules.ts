import type { IForbiddenRuleType } from 'dependency-cruiser';

/** Folders of `src` that talk to the outside world. */
const adapters = ['agents', 'artifacts', 'config', 'gateway', 'github', 'ledger', 'projection', 'sandbox', 'workspace'];

/** The only workflow file that other processes may know. */
const protocol = '^src/workflows/protocol\\.ts$';

function inside(...folders: readonly string[]): string {
  return `^src/(${folders.join('|')})/`;
}

/** `from` imports nothing of ours but itself and `allowed`. */
function only(from: string, comment: string, allowed: readonly string[]): IForbiddenRuleType {
  return {
    name: `${from} depends inward`,
    comment,
    severity: 'error',
    from: { path: inside(from) },
    to: { path: '^(src|test|bench)/', pathNot: [inside(from), ...allowed] },
  };
}

/** Dependencies point inward: domain, then workflows and adapters, then activities and client, then the two roots. */
export const rules: readonly IForbiddenRuleType[] = [
  only('domain', 'The words of the problem know nothing of how it is solved.', []),
  only('workflows', 'Decisions know domain and, as types, the activities.', [inside('domain', 'activities')]),
  {
    name: 'workflows know activities as types only',
    comment: 'An import of a value would pull an effect into replayed code.',
    severity: 'error',
    from: { path: inside('workflows') },
    to: { path: inside('activities'), dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'workflows know no schemas',
    comment: 'zod makes the workflow bundle half as large again; messages are checked by plain guards.',
    severity: 'error',
    from: { path: inside('workflows') },
    to: { path: '^src/domain/schemas/', dependencyTypesNot: ['type-only'] },
  },
  only('client', 'The client speaks to workflows, never to the outside world.', [inside('domain'), protocol]),
  ...adapters.map((adapter) => only(adapter, 'Adapters know no one who uses them.', [inside('domain', ...adapters)])),
  only('activities', 'Effects use adapters.', [inside('domain', ...adapters), protocol]),
  only('workers', 'A composition root; the other one is not below it.', [
    inside('domain', 'workflows', 'activities', 'client', 'start', ...adapters),
  ]),
  only('start', 'Whoever starts knows only where what it starts is.', []),
  {
    name: 'src never imports test or bench',
    comment: 'What ships stands on its own.',
    severity: 'error',
    from: { path: '^src/' },
    to: { path: '^(test|bench)/' },
  },
  {
    name: 'no cycles',
    comment: 'Two files that need each other are one file, or three.',
    severity: 'error',
    from: { path: '^(src|test|bench)/' },
    to: { circular: true },
  },
  {
    name: 'everything resolves',
    comment: 'An import that is not found would escape every other rule.',
    severity: 'error',
    from: { path: '^(src|test|bench)/' },
    to: { couldNotResolve: true },
  },
];
