import { describe, expect, it } from '@jest/globals';
import { claudeArguments, claudeEnvironment } from '../../../src/agents/claude-code/command.ts';
import { createNoSandbox } from '../../../src/sandbox/none.ts';
import { makeTask } from '../support.ts';

const scratch = {
  root: '/r',
  cage: { tree: '/r/tree', home: '/r/home', treeWritable: true, readOnlyPaths: [], env: {} },
  remove: () => Promise.resolve(),
};
const confined = { ...createNoSandbox(), kind: 'bubblewrap' as const };

function optionsOf(args: readonly string[]): Record<string, string> {
  return Object.fromEntries(args.flatMap((arg, index) => (arg.startsWith('--') ? [[arg, args[index + 1] ?? '']] : [])));
}

describe('the command line of Claude Code', () => {
  it.each(['plan', 'review'] as const)('gives a %s tools that read and nothing else', (phase) => {
    const options = optionsOf(claudeArguments(makeTask(scratch, confined, { phase }), 'new'));

    expect(options).toMatchObject({ '--tools': 'Read,Grep,Glob', '--permission-mode': 'dontAsk' });
  });

  it('gives an implementation all it needs, if bubblewrap holds it', () => {
    const options = optionsOf(claudeArguments(makeTask(scratch, confined, { phase: 'implement' }), 'new'));

    expect(options).toMatchObject({
      '--tools': 'Read,Grep,Glob,Edit,Write,Bash',
      '--permission-mode': 'bypassPermissions',
    });
  });

  it('does not skip permissions without bubblewrap', () => {
    const args = claudeArguments(makeTask(scratch, createNoSandbox(), { phase: 'implement' }), 'new');

    expect(args).not.toContain('bypassPermissions');
    expect(optionsOf(args)).toMatchObject({ '--permission-mode': 'acceptEdits', '--allowedTools': 'Bash' });
  });

  it('takes no settings and no servers from the repository', () => {
    const args = claudeArguments(makeTask(scratch, confined), 'new');

    expect(args[args.indexOf('--setting-sources') + 1]).toBe('');
    expect(args).toContain('--strict-mcp-config');
  });

  it('begins or resumes the session, within the limits', () => {
    const task = makeTask(scratch, confined, {
      model: 'some-model',
      limits: { wallClockMs: 1, idleMs: 1, maxTurns: 7, budgetUsd: null, outputBytes: 1 },
    });

    expect(optionsOf(claudeArguments(task, 'new'))).toMatchObject({
      '--session-id': task.sessionId,
      '--max-turns': '7',
      '--model': 'some-model',
    });
    expect(optionsOf(claudeArguments(task, 'resume'))).toMatchObject({ '--resume': task.sessionId });
  });

  it('never holds the prompt', () => {
    expect(claudeArguments(makeTask(scratch, confined, { prompt: 'the whole issue' }), 'new')).not.toContain(
      'the whole issue',
    );
  });

  it('goes with an environment that holds no key but the run’s own token', () => {
    expect(Object.keys(claudeEnvironment({ baseUrl: 'http://127.0.0.1:1', token: 'the-token' })).sort()).toEqual([
      'ANTHROPIC_API_KEY',
      'ANTHROPIC_BASE_URL',
      'CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC',
      'CLAUDE_CODE_MAX_RETRIES',
      'DISABLE_AUTOUPDATER',
      'LANG',
    ]);
  });
});
