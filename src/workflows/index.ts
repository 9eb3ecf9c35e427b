export { issueWorkflow } from './issue/issue-workflow.ts';
export { syncWorkflow } from './sync/sync-workflow.ts';
