import { ApplicationFailure, log, setHandler } from '@temporalio/workflow';
import {
  applyCommand,
  commandNames,
  commands,
  isRefusal,
  judge,
  signalNames,
  type CommandName,
  type Refusal,
} from '../../domain/commands/index.ts';
import { parseRequest, withoutWorkRequest, withWorkRequest } from '../../domain/cycle/request.ts';
import { currentPlan } from '../../domain/plan.ts';
import { summarize } from '../../domain/summary.ts';
import {
  auditQuery,
  commandSignal,
  commandUpdate,
  planQuery,
  stateQuery,
  syncSignal,
  syncUpdate,
  withdrawSignal,
  workRequestSignal,
} from '../protocol.ts';
import { failureOf } from '../failures.ts';
import type { IssueRun } from './issue-run.ts';

function refused({ name, message, hint }: Refusal): ApplicationFailure {
  return ApplicationFailure.create({ type: name, message, nonRetryable: true, details: [{ hint: hint ?? null }] });
}

function handleCommand(run: IssueRun, name: CommandName): void {
  const { description } = commands[name];
  const apply = (input: unknown, door: 'update' | 'signal'): Refusal | null => {
    let answer: Refusal | null = null;
    run.change((state) => {
      const applied = applyCommand(state, name, input, { now: run.now(), door });
      answer = applied.refused;
      return applied.state;
    });
    return answer;
  };
  setHandler(
    commandUpdate(name),
    (input) => {
      const answer = apply(input, 'update');
      // Two updates in one activation are validated before either is applied.
      if (answer) throw refused(answer);
      return summarize(run.state);
    },
    {
      description,
      validator: (input) => {
        const judged = judge(run.state, name, input);
        if (isRefusal(judged)) throw refused(judged);
      },
    },
  );
  if (signalNames.includes(name)) {
    setHandler(commandSignal(name), (input) => void apply(input, 'signal'), { description });
  }
}

/**
 * Sets every handler. Called before the first await, so that no message finds none.
 *
 * @param sync - reads the issue from GitHub; throws where that fails
 * @param told - waits until the ledger knows what is new, though not for ever
 */
export function handleMessages(run: IssueRun, sync: () => Promise<void>, told: () => Promise<unknown>): void {
  for (const name of commandNames) handleCommand(run, name);
  const description = 'Read the issue from GitHub now';
  setHandler(
    syncUpdate,
    async () => {
      try {
        await sync();
        await told();
      } catch (error) {
        const { name, message } = failureOf(error, run.now());
        throw ApplicationFailure.create({ type: name, message, nonRetryable: true });
      }
      return summarize(run.state);
    },
    { description },
  );
  // Beside what runs: news of an issue must not end an agent's run that it does not concern.
  setHandler(syncSignal, () => sync().catch((error: unknown) => log.warn('The issue was not read', { error })), {
    description,
  });
  setHandler(workRequestSignal, (input) => {
    const request = parseRequest(input);
    if (request) run.change((state) => withWorkRequest(state, request));
    else log.warn('Not a request for work', { input });
  });
  setHandler(withdrawSignal, (requestId) => run.change((state) => withoutWorkRequest(state, requestId)));
  setHandler(stateQuery, () => summarize(run.state));
  setHandler(planQuery, (version) => {
    if (version === undefined) return currentPlan(run.state.plan) ?? null;
    return run.state.plan.versions.find((candidate) => candidate.version === version) ?? null;
  });
  setHandler(auditQuery, () => run.state.audit);
}
