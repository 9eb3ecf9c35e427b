import { GhwError } from '../../domain/errors.ts';
import { findSecrets } from '../../domain/redact.ts';

/**
 * Refuses an answer of an agent that holds a secret: it would be posted. The secret itself is in no message; the
 * transcript shows where the agent had it from, with the secret hidden.
 *
 * @param what - for the reader: `octo/hello#42: the plan`
 * @throws GhwError `AgentAnswerInvalid`
 */
export function refuseSecrets(what: string, text: string, knownSecrets: readonly string[]): void {
  const [found] = findSecrets(text, knownSecrets);
  if (!found) return;
  const line = text.slice(0, found.start).split('\n').length;
  throw new GhwError(
    'AgentAnswerInvalid',
    `${what} holds what looks like a secret (${found.kind}, line ${line}). Nothing of it was posted.`,
    { hint: 'See in the transcript where the agent had it from, and ask again, with guidance to leave it out.' },
  );
}
