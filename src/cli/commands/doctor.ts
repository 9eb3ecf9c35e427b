import type { Command } from 'commander';
import { type Cli, leaf } from '../command.ts';

export function doctorCommand(cli: Cli): Command {
  return leaf(cli, 'doctor', 'Check everything that work needs, and say how to mend it.', async (context) =>
    (await import('../actions/doctor.ts')).doctor(context),
  );
}
