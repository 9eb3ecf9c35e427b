import { describe, expect, it } from '@jest/globals';
import { claudeCode } from '../../../src/agents/claude-code/distribution.ts';

describe('Claude Code in the registry of npm', () => {
  it.each([
    ['2.1.329 (Claude Code)\n', '2.1.329'],
    ['2.1.329\n', null],
    ['claude: command not found', null],
    ['', null],
  ])('has the version that %j tells', (output, version) => {
    expect(claudeCode.parseVersion(output)).toBe(version);
  });

  it.each([
    ['linux', 'x64', false, '@anthropic-ai/claude-code-linux-x64'],
    ['linux', 'arm64', true, '@anthropic-ai/claude-code-linux-arm64-musl'],
    ['darwin', 'arm64', false, '@anthropic-ai/claude-code-darwin-arm64'],
    ['linux', 'riscv64', false, undefined],
    ['sunos', 'x64', false, undefined],
  ])('is for %s on %s (musl: %s) the package %s', (platform, arch, musl, name) => {
    const found = claudeCode.packageFor({ platform, arch, musl, modern: true });

    expect(found?.name).toBe(name);
    expect(found?.spec).toBe(name && `${name}@2.1.329`);
  });
});
