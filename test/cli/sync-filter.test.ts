import { describe, expect, it } from '@jest/globals';
import { type SyncOptions, syncFilterOf } from '../../src/cli/sync-filter.ts';

const now = new Date('2026-03-01T12:00:00Z');
const nothing = { since: null, state: 'all', labels: [], notLabels: [], assignee: null, search: null };

describe('the options of ghw issues sync', () => {
  it.each<[SyncOptions]>([[{}], [{ all: true }], [{ state: 'all' }]])('leave nothing out: %j', (options) => {
    expect(syncFilterOf(options, now)).toBeNull();
  });

  it.each<[SyncOptions, object]>([
    [{ since: '7d' }, { since: '2026-02-22T12:00:00.000Z' }],
    [{ since: '2026-01-01' }, { since: '2026-01-01T00:00:00.000Z' }],
    [{ assignee: '@me' }, { assignee: '@me' }],
    [{ assignee: 'ghw-app[bot]' }, { assignee: 'ghw-app[bot]' }],
    [{ label: ['bug', '!wontfix', 'help wanted'] }, { labels: ['bug', 'help wanted'], notLabels: ['wontfix'] }],
    [{ search: 'is:open crash' }, { search: 'is:open crash' }],
    [{ state: 'open' }, { state: 'open' }],
  ])('%j is a filter', (options, filter) => {
    expect(syncFilterOf(options, now)).toEqual({ ...nothing, ...filter });
  });

  it.each<[SyncOptions, string]>([
    [{ since: 'yesterday' }, '"yesterday" is not a duration.'],
    [{ since: '2026-02-30' }, '"2026-02-30" is on no calendar.'],
    [{ state: 'merged' }, 'The state must be open, closed or all, not "merged".'],
    [{ assignee: 'a b' }, 'The assignee must be a login on GitHub, or @me, not "a b".'],
    [{ assignee: '@you' }, 'The assignee must be a login on GitHub, or @me, not "@you".'],
    [{ label: ['!'] }, 'A label after ! must not be empty, not "".'],
    [{ label: ['a\nb'] }, 'A label must be one line without control characters, not "a\\nb".'],
    [{ search: 'repo:other/place x' }, 'What to search for must hold none of repo:, org:, user:, sort: and created:'],
    [{ all: true, label: ['bug'] }, '--all reads every issue again: it goes with no filter.'],
  ])('refuse %j', (options, message) => {
    expect(() => syncFilterOf(options, now)).toThrow(
      expect.objectContaining({ name: 'InvalidInput', message: expect.stringContaining(message) as unknown }),
    );
  });
});
