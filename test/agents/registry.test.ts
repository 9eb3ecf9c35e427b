import { describe, expect, it } from '@jest/globals';
import { createRegistry } from '../../src/agents/registry.ts';
import { createClaudeCodeAgent } from '../../src/agents/claude-code/claude-code-agent.ts';
import { createScriptedAgent } from '../../src/agents/scripted/scripted-agent.ts';

describe('the registry of agents', () => {
  it('lists agents in order and takes the first where none is named', () => {
    const registry = createRegistry();
    registry.register(createClaudeCodeAgent());
    registry.register(createScriptedAgent());

    expect(registry.list().map(({ name, isDefault }) => [name, isDefault])).toEqual([
      ['claude-code', true],
      ['scripted', false],
    ]);
    expect(registry.get().name).toBe('claude-code');
    expect(registry.get('scripted').name).toBe('scripted');
  });

  it('takes the one registered as default', () => {
    const registry = createRegistry();
    registry.register(createClaudeCodeAgent());
    registry.register(createScriptedAgent(), { default: true });

    expect(registry.get().name).toBe('scripted');
  });

  it('names the agents there are when asked for another', () => {
    const registry = createRegistry();
    registry.register(createClaudeCodeAgent());
    registry.register(createScriptedAgent());

    expect(() => registry.get('codex')).toThrow(
      expect.objectContaining({
        name: 'UnknownAgent',
        message: expect.stringContaining('"codex"') as unknown,
        hint: expect.stringContaining('claude-code, scripted') as unknown,
      }),
    );
  });

  it('refuses two agents of one name', () => {
    const registry = createRegistry();
    registry.register(createScriptedAgent());

    expect(() => registry.register(createScriptedAgent())).toThrow(/registered already/);
  });
});
