import type { TemporalClient } from '../../src/client/connection.ts';

/** What a workflow has left in Temporal. */
export interface HistorySize {
  readonly events: number;
  readonly bytes: number;
}

export async function historySize({ client }: TemporalClient, workflowId: string): Promise<HistorySize> {
  const { historyLength, historySize: bytes } = await client.workflow.getHandle(workflowId).describe();
  return { events: historyLength, bytes: bytes ?? 0 };
}

/** The sizes of all workflows of a type. */
export async function historySizes(temporal: TemporalClient, workflowType: string): Promise<HistorySize[]> {
  const sizes: HistorySize[] = [];
  for await (const { workflowId } of temporal.client.workflow.list({ query: `WorkflowType = '${workflowType}'` })) {
    sizes.push(await historySize(temporal, workflowId));
  }
  return sizes;
}

export function largest(sizes: readonly HistorySize[]): HistorySize {
  return {
    events: Math.max(...sizes.map(({ events }) => events)),
    bytes: Math.max(...sizes.map(({ bytes }) => bytes)),
  };
}
