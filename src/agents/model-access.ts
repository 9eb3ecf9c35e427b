import { GhwError } from '../domain/errors.ts';
import type { ApiName, ModelProvider } from '../gateway/apis/api.ts';
import type { LocateOptions } from './install/find-cli.ts';

/** How an agent's model is reached. The agent itself learns neither key nor address: a gateway stands between. */
export interface ModelAccess extends LocateOptions {
  /** Key for the model. Only what is configured here is used, never a key or login of this host. */
  readonly apiKey?: string | undefined;
  /** Where the model's API is; default the provider's own address. */
  readonly baseUrl?: string | undefined;
}

/** The variable of the cage that holds the token of the run, for agents that have no name of their own for it. */
export const MODEL_KEY = 'GHW_MODEL_KEY';

/** @throws GhwError `AgentAuthentication` if there is no key. */
export function providerOf(
  { agent, title }: { readonly agent: string; readonly title: string },
  { apiKey, baseUrl }: ModelAccess,
  usual: { readonly api: ApiName; readonly baseUrl: string },
): ModelProvider {
  if (apiKey !== undefined && apiKey !== '') return { api: usual.api, baseUrl: baseUrl ?? usual.baseUrl, apiKey };
  throw new GhwError('AgentAuthentication', `${title} has no key for its model.`, {
    hint: `Configure the variable that holds it: ghw config set agents.${agent}.api_key_env NAME`,
  });
}
