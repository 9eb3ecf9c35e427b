import { describe, expect, it } from '@jest/globals';
import { configSchema } from '../../src/config/schema.ts';
import { withPaths } from '../../src/config/load.ts';
import { createNoSandbox } from '../../src/sandbox/none.ts';
import { registerAgents } from '../../src/workers/agents.ts';
import { makeScratch } from '../sandbox/support.ts';
import { createEchoAgent } from './fifth-agent.ts';
import { makeTask } from './support.ts';

describe('one more agent', () => {
  it('is one file and one line: it is then chosen, caged, watched and written down like those there are', async () => {
    const registry = registerAgents(withPaths(configSchema.parse({}), '/config.yaml', {}), {});
    registry.register(createEchoAgent());
    const scratch = await makeScratch();

    const { end, text } = await registry
      .get('echo')
      .plan(makeTask(scratch, createNoSandbox(), { prompt: 'Say this.' }));
    await scratch.remove();

    expect(end.kind).toBe('ok');
    expect(text).toBe('Say this.');
    expect(registry.list().map(({ name }) => name)).toEqual([
      'claude-code',
      'codex',
      'gemini',
      'opencode',
      'scripted',
      'echo',
    ]);
  });
});
