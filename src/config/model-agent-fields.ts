import { address, environmentVariable, path } from './fields.ts';

/** What an agent needs that is a program and asks a model. */
export const modelAgentFields = {
  path: path.nullable().describe('The program; null to look on the PATH, then install the pinned version.'),
  base_url: address.nullable().describe('Another address of the model’s API.'),
  api_key_env: environmentVariable
    .nullable()
    .describe('Names the variable whose value the agent gets as its key; null gives it none.'),
};

export const modelAgentDefaults = { path: null, base_url: null, api_key_env: null };
