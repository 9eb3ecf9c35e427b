import type { PendingStep } from '../../client/pending-step.ts';
import { syncStatusOf } from '../../client/sync.ts';
import type { CycleEnd, CycleProgress } from '../../client/work-cycle/follow-cycle.ts';
import type { CyclePlan, CycleState, PhaseError, PhaseResult } from '../../domain/cycle/cycle.ts';
import { phaseBanners } from '../../domain/cycle/phases.ts';
import type { CommandContext } from '../context.ts';
import { type LiveLine, createLiveLine } from '../live-line.ts';
import { progressBar } from '../progress-bar.ts';
import { describeSynced, syncProgressText } from '../sync-text.ts';
import { plainLine } from '../text.ts';
import { issueLine, summaryOf } from './texts.ts';

/** Tells how a cycle goes, as it goes: banners, a line per issue and repository, a progress bar, the summary. */
export class CycleReporter {
  readonly #context: CommandContext;
  readonly #line: LiveLine;
  readonly #told = new Map<string, number>();
  /** What is said above the cycle, once that is known. */
  readonly #heading: (state: CycleState) => string;
  #isHeaded = false;
  #lastNews: string | undefined;

  constructor(context: CommandContext, heading: (state: CycleState) => string) {
    this.#context = context;
    this.#line = createLiveLine(context.io);
    this.#heading = heading;
  }

  update({ state, status, step }: CycleProgress): void {
    if (this.#context.out.json) return;
    if (state !== null) this.#tell(state);
    const current = state?.phases.find(({ endedAt }) => endedAt === null);
    if (status === 'no_worker') this.#show('no worker answers; the cycle goes on when one starts: ghw up');
    else if (current?.phase === 'sync') this.#showSync(step, state?.plan?.repositories.length ?? 0);
    else this.#show(barOf(current), step);
  }

  end({ outcome, state }: CycleEnd): void {
    this.clear();
    if (this.#context.out.json) return;
    if (state !== null) this.#tell(state);
    this.#print(summaryOf(outcome, state, this.#context.out.width));
  }

  clear(): void {
    this.#line.clear();
  }

  #tell(state: CycleState): void {
    if (!this.#isHeaded && (state.plan !== null || state.outcome !== 'running')) {
      this.#isHeaded = true;
      const heading = [this.#heading(state), ...(state.plan === null ? [] : [planLine(state.plan)])];
      this.#print(heading.filter((text) => text !== '').join('\n'));
    }
    this.#warn('cycle', state.errors);
    for (const phase of state.phases) this.#tellPhase(phase);
  }

  #tellPhase(phase: PhaseResult): void {
    if (!this.#told.has(phase.phase)) this.#print(`=== ${phaseBanners[phase.phase]} ===`);
    const told = this.#told.get(phase.phase) ?? 0;
    const lines =
      phase.phase === 'sync'
        ? phase.repositories.map(describeSynced)
        : phase.issues.map((one) => issueLine(phase.phase, one));
    // Only the newest are kept: of thousands at once, some are counted and not named.
    const total = phase.phase === 'sync' ? lines.length : phase.ended;
    const fresh = Math.min(total - told, lines.length);
    for (const line of fresh > 0 ? lines.slice(-fresh) : []) this.#print(plainLine(line));
    this.#told.set(phase.phase, Math.max(told, total));
    if (phase.endedAt !== null) this.#warn(phase.phase, phase.errors);
  }

  /** Errors of issues stand on their lines, what a cycle failed with as a whole comes at its end. */
  #warn(part: string, errors: readonly PhaseError[]): void {
    const key = `${part}:errors`;
    const told = this.#told.get(key) ?? 0;
    this.#told.set(key, Math.max(told, errors.length));
    for (const { message, severity, where } of errors.slice(told)) {
      if (where?.includes('#') || (part === 'cycle' && severity === 'fatal')) continue;
      this.clear();
      this.#context.out.note(plainLine(`${severity === 'fatal' ? 'error' : 'warning'}: ${where ?? part}: ${message}`));
    }
  }

  #print(text: string): void {
    if (text === '') return;
    this.clear();
    this.#context.io.stdout.write(`${text}\n`);
  }

  #showSync(step: PendingStep | undefined, total: number): void {
    const status = step === undefined ? { progress: null, lastFailure: null } : syncStatusOf(step);
    const { moving, steady } = syncProgressText(status, total);
    this.#line.show(`${steady}${moving}`, steady === this.#lastNews ? undefined : steady);
    this.#lastNews = steady;
  }

  /** A line of its own where there is no terminal, if it is news. */
  #show(text: string, step?: PendingStep): void {
    const failure = step?.lastFailure ? `, tried again: ${step.lastFailure.slice(0, 200)}` : '';
    const news = `${text}${failure}`;
    this.#line.show(news, news === this.#lastNews ? undefined : news);
    this.#lastNews = news;
  }
}

function barOf(phase: PhaseResult | undefined): string {
  if (phase === undefined) return 'reading the configuration';
  if (phase.taken === 0) return `looking for issues to ${phase.phase}`;
  const { ended, taken } = phase;
  return `${progressBar(ended, taken)} ${String(ended)}/${String(taken)} issues`;
}

/** What the configuration says, in one line. */
function planLine({ labels, maxNewPlans, parallelism, repositories }: CyclePlan): string {
  const { plan, implement, review } = parallelism;
  return plainLine(
    `${String(repositories.length)} ${repositories.length === 1 ? 'repository' : 'repositories'}; labels ${labels.join(', ') || 'none'}; at a time ${String(plan)} plans, ` +
      `${String(implement)} implementations, ${String(review)} reviews; at most ${String(maxNewPlans)} new plans`,
  );
}
