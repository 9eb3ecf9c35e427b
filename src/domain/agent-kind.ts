/** The agents that come with gh-worker. */
export const agentKinds = ['claude-code', 'codex', 'gemini', 'opencode', 'scripted'] as const;
export type AgentKind = (typeof agentKinds)[number];

export function isAgentKind(name: string): name is AgentKind {
  return (agentKinds as readonly string[]).includes(name);
}
