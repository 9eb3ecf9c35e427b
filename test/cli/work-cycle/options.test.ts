import { describe, expect, it } from '@jest/globals';
import {
  checkConfigured,
  cronOf,
  cycleOptionsOf,
  frequencyOf,
  type WorkOptions,
} from '../../../src/cli/work-cycle/options.ts';
import { withPaths } from '../../../src/config/load.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { wholeSelection } from '../../../src/domain/cycle/cycle.ts';

const NOW = new Date('2026-02-01T12:00:00.000Z');

function options(over: Partial<WorkOptions> = {}): WorkOptions {
  return { wait: true, ...over };
}

function configOf(document: object = {}): ReturnType<typeof withPaths> {
  return withPaths(configSchema.parse(document), '/etc/ghw/config.yaml', { HOME: '/home/ana' });
}

describe('what ghw work takes from its options', () => {
  it('is everything that the configuration selects, in all phases, if nothing is said', () => {
    expect(cycleOptionsOf(options(), [])).toEqual({
      selection: wholeSelection,
      phases: ['sync', 'plan', 'implement', 'review'],
      choices: {},
      dryRun: false,
    });
  });

  it('narrows by repository, number, label, time, assignee and priority', () => {
    const { selection } = cycleOptionsOf(
      options({
        repo: ['octo/*'],
        issue: ['7'],
        label: ['bug', '!wip'],
        since: '1d',
        assignee: 'ana',
        priority: 'high',
      }),
      ['acme/x', '1-3'],
      NOW,
    );

    expect(selection).toEqual({
      repositories: ['acme/x', 'octo/*'],
      numbers: [
        [1, 3],
        [7, 7],
      ],
      labels: ['bug'],
      notLabels: ['wip'],
      since: '2026-01-31T12:00:00.000Z',
      assignee: 'ana',
      priority: 2,
    });
  });

  it('takes issues whatever their labels with --all, also without some', () => {
    expect(cycleOptionsOf(options({ all: true, label: ['!wip'] }), []).selection).toMatchObject({
      labels: [],
      notLabels: ['wip'],
    });
  });

  it('has an agent and a model per phase', () => {
    const { choices } = cycleOptionsOf(options({ planAgent: 'scripted', implementModel: 'opus' }), []);

    expect(choices).toEqual({
      plan: { agent: 'scripted', model: null },
      implement: { agent: null, model: 'opus' },
    });
  });

  it.each([
    [{ onlyPhase: ['plan'] }, ['plan']],
    [{ onlyPhase: ['review,sync'] }, ['sync', 'review']],
    [{ skipPhase: ['sync', 'review'] }, ['plan', 'implement']],
    [{ skipPhase: ['sync,plan,implement,review'] }, []],
  ])('%j leaves the phases %j', (over, phases) => {
    expect(cycleOptionsOf(options(over), []).phases).toEqual(phases);
  });

  it.each([
    [{ onlyPhase: ['plan'], skipPhase: ['sync'] }, '--only-phase and --skip-phase exclude each other.'],
    [{ onlyPhase: ['plam'] }, 'There is no phase "plam".'],
    [{ all: true, label: ['bug'] }, '--all takes issues whatever their labels: it goes with no --label but !label.'],
    [{ label: ['!'] }, 'A label after ! must not be empty, not "".'],
    [{ since: 'yesterday' }, '"yesterday" is not a duration.'],
    [{ assignee: 'a b' }, 'The assignee must be a login on GitHub, or @me, not "a b".'],
    [{ planAgent: 'No Agent' }, 'The agent to plan must be the name of an agent, not "No Agent".'],
  ])('%j is refused: %s', (over, message) => {
    expect(() => cycleOptionsOf(options(over), [])).toThrow(expect.objectContaining({ name: 'InvalidInput', message }));
  });
});

describe('MUST: parse the frequency', () => {
  it.each([
    ['10m', 600_000],
    ['30m', 1_800_000],
    ['1h', 3_600_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['7d', 604_800_000],
    ['1h30m', 5_400_000],
    ['2d12h', 216_000_000],
  ])('%s', (every, everyMs) => {
    expect(frequencyOf(options({ every }), configOf())).toEqual({ everyMs });
  });

  it('is sync.frequency where none is given', () => {
    expect(frequencyOf(options(), configOf({ sync: { frequency: '2h' } }))).toEqual({ everyMs: 7_200_000 });
  });

  it('may be a cron expression, in the time of whoever writes it', () => {
    const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

    expect(cronOf('0 9 * * 1-5')).toEqual({ cron: '0 9 * * 1-5', timeZone: zone });
    expect(frequencyOf(options({ cron: '@x'.replace('@x', '*/5 * * * *'), timezone: 'UTC' }), configOf())).toEqual({
      cron: '*/5 * * * *',
      timeZone: 'UTC',
    });
  });

  it('is none for one cycle', () => {
    expect(frequencyOf(options({ once: true }), configOf())).toBeNull();
  });
});

describe('SHOULD: provide clear frequency format error messages', () => {
  it.each([
    [{ every: '90 minutes' }, '"90 minutes" is not a duration.'],
    [{ every: '30m1h' }, '"30m1h" is not a duration.'],
    [{ every: '0m' }, '"0m" is no time at all.'],
    [{ every: '' }, '"" is not a duration.'],
    [{ cron: '0 9 * *' }, 'A cron expression must be five fields, such as "0 9 * * 1-5", not "0 9 * *".'],
    [
      { cron: '0 9 * * *', timezone: 'Mars/Olympus' },
      'The time zone must be a time zone such as Europe/Berlin, or UTC, not "Mars/Olympus".',
    ],
    [{ timezone: 'UTC' }, '--timezone goes with --cron.'],
    [{ once: true, every: '1h' }, '--once, --every and --cron exclude each other.'],
    [{ every: '1h', cron: '0 9 * * *' }, '--once, --every and --cron exclude each other.'],
    [{ once: true, maxCycles: '3' }, '--once is one cycle without a schedule: no --max-cycles or --name goes with it.'],
  ])('%j: %s', (over, message) => {
    expect(() => frequencyOf(options(over), configOf())).toThrow(
      expect.objectContaining({ name: 'InvalidInput', message }),
    );
  });
});

describe('SHOULD: validate repository names, and say what to do, with the command that mends it; MAY: before a cycle starts', () => {
  const configured = configOf({ repositories: [{ name: 'octo/hello' }] });

  it.each([
    { config: configOf(), words: [], over: {}, name: 'InvalidConfiguration', hint: 'ghw repositories add owner/repo' },
    {
      config: configured,
      words: ['octo/other'],
      over: {},
      name: 'RepositoryNotConfigured',
      hint: 'ghw repositories add octo/other',
    },
    {
      config: configured,
      words: ['acme/*'],
      over: {},
      name: 'RepositoryNotConfigured',
      hint: 'See ghw repositories list, or add some: --discover owner.',
    },
    {
      config: configured,
      words: [],
      over: { planAgent: 'nobody' },
      name: 'UnknownAgent',
      hint: 'Choose of claude-code, codex, gemini, opencode, scripted.',
    },
  ])('$words $over is $name: $hint', ({ config, hint, name, over, words }) => {
    expect(() => {
      checkConfigured(config, cycleOptionsOf(options(over), words));
    }).toThrow(expect.objectContaining({ name, hint }));
  });

  it('has nothing against what is configured, in any spelling', () => {
    expect(() => {
      checkConfigured(configured, cycleOptionsOf(options({ reviewAgent: 'scripted' }), ['OCTO/*', 'octo/Hello']));
    }).not.toThrow();
  });
});
