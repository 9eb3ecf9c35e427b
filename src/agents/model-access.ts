import { GhwError } from '../domain/errors.ts';
import type { LocateOptions } from './install/find-cli.ts';

/** How an agent reaches its model. */
export interface ModelAccess extends LocateOptions {
  /** Key for the model. Only what is configured here is used, never a key or login of this host. */
  readonly apiKey?: string | undefined;
  /** Where the model's API is; default the provider's own address. */
  readonly baseUrl?: string | undefined;
}

/** The variable of the cage that holds the key of an agent which can take it in no other way. */
export const MODEL_KEY = 'GHW_MODEL_KEY';

/** @throws GhwError `AgentAuthentication` if there is no key. */
export function requireKey({ agent, title }: { agent: string; title: string }, key: string | undefined): string {
  if (key !== undefined && key !== '') return key;
  throw new GhwError('AgentAuthentication', `${title} has no key for its model.`, {
    hint: `Configure the variable that holds it: ghw config set agents.${agent}.api_key_env NAME`,
  });
}
