import { createRequestWork, createWithdrawWork } from './ask-issues.ts';
import type { CycleDependencies } from './dependencies.ts';
import { createPlanCycle } from './plan-cycle.ts';
import { createRecordCycle } from './record-cycle.ts';
import { createRunHooks } from './run-hooks.ts';
import { createSelectWork } from './select-work.ts';
import { shortStep } from '../short-step.ts';
import type { CycleActivities } from './types.ts';

/** The steps of a work cycle, for the main task queue. */
export function createCycleActivities(deps: CycleDependencies): CycleActivities {
  return {
    planCycle: shortStep(createPlanCycle(deps)),
    selectWork: shortStep(createSelectWork(deps)),
    requestWork: shortStep(createRequestWork(deps)),
    withdrawWork: shortStep(createWithdrawWork(deps)),
    recordCycle: shortStep(createRecordCycle(deps)),
    runHooks: shortStep(createRunHooks(deps)),
  };
}
