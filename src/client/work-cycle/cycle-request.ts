import { wholeSelection, type CycleRequest, type WorkSelection } from '../../domain/cycle/cycle.ts';
import { cyclePhases, type CyclePhase } from '../../domain/cycle/phases.ts';
import { describeRequest, summarizeRequest } from '../../domain/cycle/summary.ts';

/** What a cycle works on, and how. Whatever is left out is as the worker's configuration says. */
export interface CycleOptions {
  /** Default: what the configured labels select, in every active repository of the configuration. */
  readonly selection?: Partial<WorkSelection>;
  /** Default: all four. They run in their own order, whatever the order here. */
  readonly phases?: readonly CyclePhase[];
  /** Agent and model per phase, before the configuration's. */
  readonly choices?: CycleRequest['choices'];
  /** Says what each phase would do, and does nothing but read. Default false. */
  readonly dryRun?: boolean;
}

/** What a cycle is asked for, in full. */
export function cycleRequest(
  { choices = {}, dryRun = false, phases = cyclePhases, selection }: CycleOptions,
  when: Pick<CycleRequest, 'frequency' | 'intervalMs' | 'name'>,
): CycleRequest {
  return {
    ...when,
    selection: { ...wholeSelection, ...selection },
    phases: cyclePhases.filter((phase) => phases.includes(phase)),
    choices,
    dryRun,
  };
}

/** Temporal's limit for a static summary, in bytes. */
const MAX_SUMMARY_BYTES = 200;

/** How the Temporal Web UI shows a cycle to someone who knows nothing else. */
export function shownAs(request: CycleRequest, prefix: string): { staticSummary: string; staticDetails: string } {
  const summary = `${prefix}: ${summarizeRequest(request)}`;
  return { staticSummary: clipped(summary, MAX_SUMMARY_BYTES), staticDetails: describeRequest(request) };
}

function clipped(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) return text;
  let kept = '';
  for (const character of text) {
    if (Buffer.byteLength(kept) + Buffer.byteLength(character) > maxBytes - 3) break;
    kept += character;
  }
  return `${kept}…`;
}
