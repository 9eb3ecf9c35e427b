import { createServer } from 'node:http2';
import { pathToFileURL } from 'node:url';
import { fromRoot } from './paths.mjs';

/** What stands for a ledger and a Temporal while commands run to be compiled: as little as lets them come to their end. */

const REPOSITORY = { id: 'R_1', name: 'octo/hello' };
const NUMBERS = Array.from({ length: 40 }, (_, index) => index + 1);
const AT = '2026-01-01T10:00:00Z';
const DIGEST = '0'.repeat(64);
const EXECUTION = { workflowId: 'issue:octo/hello#1', runId: '1' };

/**
 * A ledger in memory, with a repository and its issues.
 *
 * @returns {Promise<string>} its URL; it lives as long as this process
 */
export async function startLedger() {
  const { PGlite } = await import('@electric-sql/pglite');
  const { PGLiteSocketServer } = await import('@electric-sql/pglite-socket');
  const server = new PGLiteSocketServer({ db: await PGlite.create(), host: '127.0.0.1', port: 0, maxConnections: 10 });
  await server.start();
  const url = `postgresql://postgres@${server.getServerConn()}/postgres`;
  /** @type {typeof import('../../src/ledger/open-ledger.ts')} */
  const { openLedger } = await import(pathToFileURL(fromRoot('dist/src/ledger/open-ledger.js')).href);
  const ledger = await openLedger(url);
  await ledger.repositories.mirror([{ ...REPOSITORY, priority: 0, active: true }]);
  await ledger.issues.store(REPOSITORY.id, NUMBERS.map(issue));
  await ledger.close();
  return url;
}

/**
 * @param {number} number
 * @returns {import('../../src/domain/issue.ts').SyncedIssue}
 */
function issue(number) {
  return {
    id: `I_${number}`,
    number,
    title: `Issue ${number}`,
    body: '',
    url: `http://127.0.0.1/octo/hello/issues/${number}`,
    state: 'open',
    author: 'octo',
    labels: [],
    assignees: [],
    milestone: null,
    createdAt: AT,
    updatedAt: AT,
    closedAt: null,
  };
}

/** @param {unknown} value */
const payloads = (value) => ({
  payloads: [{ metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(JSON.stringify(value)) }],
});

/** By method; others are answered with nothing in it. @type {Record<string, object>} */
const answers = {
  DescribeTaskQueue: { pollers: [{ identity: 'worker', lastAccessTime: { seconds: 4_102_444_800 } }] },
  CountWorkflowExecutions: { count: 1 },
  ListWorkflowExecutions: {
    executions: [
      { execution: EXECUTION, type: { name: 'issue' }, status: 1, startTime: { seconds: 1 }, taskQueue: 'ghw' },
    ],
  },
  QueryWorkflow: { queryResult: payloads({ plan: { digest: DIGEST } }) },
  UpdateWorkflowExecution: {
    stage: 3,
    updateRef: { workflowExecution: EXECUTION, updateId: '1' },
    outcome: { success: payloads({ repository: 'octo/hello', number: 1, plan: {}, implementation: {} }) },
  },
};

/**
 * A service with the answers above.
 *
 * @returns {Promise<string>} its address; it lives as long as this process
 */
export async function startTemporal() {
  const { default: proto } = await import('@temporalio/proto');
  /** @type {Record<string, { encode: (message: object) => { finish: () => Uint8Array } }>} */
  const messages = /** @type {any} */ (proto.temporal.api.workflowservice.v1);
  const server = createServer();
  server.on('stream', (stream, { ':path': path = '' }) => {
    stream.on('error', () => undefined);
    const method = String(path).split('/').at(-1) ?? '';
    // There is never anything to do.
    if (method.startsWith('Poll')) return;
    const message = messages[`${method}Response`]?.encode(answers[method] ?? {}).finish() ?? new Uint8Array();
    const head = Buffer.alloc(5);
    head.writeUInt32BE(message.length, 1);
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.end(Buffer.concat([head, message]));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const at = server.address();
  return `127.0.0.1:${typeof at === 'object' ? at?.port : 0}`;
}
