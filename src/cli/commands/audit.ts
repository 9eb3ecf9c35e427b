import type { Command } from 'commander';
import type { AuditOptions } from '../actions/audit.ts';
import { type Cli, leaf } from '../command.ts';

/** `ghw audit` */
export function auditCommand(cli: Cli): Command {
  return leaf<AuditOptions>(cli, 'audit', 'Show who did what, newest first.', async (context, options, words) =>
    (await import('../actions/audit.ts')).showAudit(context, options, words),
  )
    .argument('[issue...]', 'owner/repo 42, or owner/repo#42; everything if absent')
    .option('--since <when>', 'only since: 7d, 12h, 2026-01-31')
    .option('--limit <n>', 'at most so many', '100');
}
