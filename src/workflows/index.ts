export { issueWorkflow } from './issue/issue-workflow.ts';
export { workCycleWorkflow } from './work-cycle/work-cycle-workflow.ts';
