import { z } from 'zod';
import { path, section } from '../fields.ts';

const MOST_MIB = 1024 * 1024;

function mebibytes(description: string) {
  return z.int().min(1).max(MOST_MIB).nullable().describe(`${description}, in MiB; null for no limit.`);
}

const limitDefaults = {
  memory_mib: 8192,
  processes: 2048,
  cpus: null,
  disk_mib: 20_480,
  file_mib: 4096,
  tmp_mib: 1024,
};

/** What everything in one cage may take together. */
const limits = section(
  'What one run may take, as far as this machine can hold it to that; `ghw doctor` says how far.',
  {
    memory_mib: mebibytes('Memory'),
    processes: z.int().min(16).max(1_000_000).nullable().describe('Processes and threads; null for no limit.'),
    cpus: z.number().positive().max(1024).nullable().describe('Processors, also parts of one; null for no limit.'),
    disk_mib: mebibytes('What tree and home may grow by'),
    file_mib: mebibytes('The size of one file'),
    tmp_mib: mebibytes('The size of /tmp, which is memory'),
  },
  limitDefaults,
);

const registry = z
  .string()
  .regex(
    /^(?:\*\.)?[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::\d{1,5})?$/,
    'must be a host such as registry.example.org, *.example.org or registry.example.org:8443',
  );

/** How agents and validation are confined. */
export const sandboxSection = section(
  'The cage of agents and validation.',
  {
    kind: z
      .enum(['auto', 'bubblewrap', 'agent', 'none'])
      .describe(
        'auto is bubblewrap; agent is the agent’s own sandbox, which holds its tools but not validation; none only where you mean it.',
      ),
    read_only_paths: z.array(path).max(100).describe('What else of this machine agents and validation may read.'),
    user: z
      .int()
      .min(1)
      .max(2_147_483_647)
      .nullable()
      .describe('Where the worker is root: the id of the user that agents run as; null for 61000.'),
    registries: z
      .array(registry)
      .max(100)
      .describe('Hosts that agents and validation may reach with HTTPS, such as package registries.'),
    validation_network: z
      .enum(['none', 'host'])
      .describe('What validation may reach besides registries: nothing, or all that this machine may.'),
    limits,
  },
  { kind: 'auto', read_only_paths: [], user: null, registries: [], validation_network: 'none', limits: limitDefaults },
);
