export { discoveryWorkflow } from './discovery/discovery-workflow.ts';
export { issueWorkflow } from './issue/issue-workflow.ts';
export { pullRequestWorkflow } from './pull-request/pull-request-workflow.ts';
export { syncWorkflow } from './sync/sync-workflow.ts';
export { workCycleWorkflow } from './work-cycle/work-cycle-workflow.ts';
