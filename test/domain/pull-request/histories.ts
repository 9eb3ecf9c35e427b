import fc from 'fast-check';
import { expect } from '@jest/globals';
import { deaths, Discovery, type Cycle, type DiscoveryLedger } from './discovery.ts';
import { Expectation, trailsOf } from './expectation.ts';
import { happenings, World, type Happening } from './world.ts';

type Event =
  | { readonly what: 'happening'; readonly happening: Happening }
  | { readonly what: 'cycle'; readonly cycle: Cycle }
  | { readonly what: 'late'; readonly pick: number };

const pick = fc.nat(7);

/** Anything, in any order. */
export const histories: fc.Arbitrary<readonly Event[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .record({ kind: fc.constantFrom(...happenings), pick, seconds: fc.oneof(fc.nat(2), fc.constant(600)) })
        .map((happening) => ({ what: 'happening', happening }) as const),
    },
    {
      weight: 3,
      arbitrary: fc
        .record({ dies: fc.constantFrom(...deaths), after: fc.nat(3) })
        .map((cycle) => ({ what: 'cycle', cycle }) as const),
    },
    { weight: 1, arbitrary: pick.map((late) => ({ what: 'late', pick: late }) as const) },
  ),
  { minLength: 5, maxLength: 60, size: 'max' },
);

/** Lives through a history, with one whole cycle at its end, and compares what was heard and what is known. */
export async function liveThrough(
  history: readonly Event[],
  ledger: DiscoveryLedger,
  repositoryId: string,
): Promise<void> {
  const world = new World(repositoryId);
  const expectation = new Expectation();
  const discovery = new Discovery(world, { ledger, expectation });
  for (const event of history) {
    if (event.what === 'happening') world.happen(event.happening);
    else if (event.what === 'cycle') await discovery.cycle(event.cycle);
    else await discovery.keepLate(event.pick);
  }
  await discovery.cycle({ dies: 'never', after: 100 });

  const ids = discovery.acts.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const expected = expectation.trails();
  const heard = trailsOf(discovery.acts, Object.keys(expected));
  expect(sorted(heard)).toEqual(sorted(expected));
  await compareState(world, { ledger, expectation });
}

/** Words that one look brought come in no particular order. */
function sorted(trails: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(Object.entries(trails).map(([id, words]) => [id, [...words].sort()]));
}

async function compareState(
  world: World,
  { ledger, expectation }: { readonly ledger: DiscoveryLedger; readonly expectation: Expectation },
): Promise<void> {
  const known = await ledger.openOf([world.repositoryId]);
  const shown = known.map(({ id, title, headOid, isDraft, labels, baseRefName }) => {
    return { id, title, headOid, isDraft, labels, baseRefName };
  });
  const wanted = world.list().map(({ id, title, headOid, isDraft, labels, baseRefName }) => {
    return { id, title, headOid, isDraft, labels, baseRefName };
  });
  expect(byId(shown)).toEqual(byId(wanted));
  const seen = expectation.seen().map(({ id }) => id);
  const states = (await ledger.knownOf(seen)).map(({ id, state, title }) => ({ id, state, title }));
  const wantedStates = seen.flatMap((id) => world.pulls.get(id) ?? []);
  expect(byId(states)).toEqual(byId(wantedStates.map(({ id, state, title }) => ({ id, state, title }))));
}

function byId<Thing extends { readonly id: string }>(things: readonly Thing[]): readonly Thing[] {
  return [...things].sort((a, b) => (a.id < b.id ? -1 : 1));
}
