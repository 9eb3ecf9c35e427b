import type { AgentTask } from './agent.ts';

/** The prompt for a CLI that has no way of its own to ask for an answer in a given form. */
export function promptWithForm({ prompt, answerSchema }: AgentTask): string {
  if (answerSchema === undefined) return prompt;
  return `${prompt}

# The form of your last message

Your last message is one JSON object and nothing else: no words around it, no code fence. It fits this JSON Schema:

${JSON.stringify(answerSchema)}
`;
}

/** The JSON object that a message is, or that stands in it; undefined if there is none. Not yet validated. */
export function readAnswer(text: string): unknown {
  for (const candidate of [text, text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1)]) {
    try {
      const value: unknown = JSON.parse(candidate);
      if (typeof value === 'object' && value !== null) return value;
    } catch {
      // Words around it, or no JSON at all.
    }
  }
  return undefined;
}
