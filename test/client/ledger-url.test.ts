import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embeddedStackFile, writeEmbeddedStack } from '../../src/client/embedded-stack.ts';
import { namedLedger, resolveLedgerUrl } from '../../src/client/ledger-url.ts';

const embedded = 'postgresql:///postgres?host=%2Frun%2Fledger';
const configured = 'postgresql://ghw@db.test/ghw';
const fromEnvironment = 'postgresql://ghw@other.test/ghw';

describe('which ledger is meant', () => {
  let folder: string;
  let embeddedFile: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ghw-ledger-url-'));
    embeddedFile = embeddedStackFile(folder);
    await writeEmbeddedStack(embeddedFile, { temporal: null, ledgerUrl: embedded, pid: process.pid });
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('is the one of DATABASE_URL, else of the configuration, else of `ghw up`', async () => {
    const env = { DATABASE_URL: fromEnvironment };

    expect(await resolveLedgerUrl({ configured, embeddedFile, env })).toBe(fromEnvironment);
    expect(await resolveLedgerUrl({ configured, embeddedFile, env: {} })).toBe(configured);
    expect(await resolveLedgerUrl({ configured: null, embeddedFile, env: {} })).toBe(embedded);
  });

  it('is not the one of an empty DATABASE_URL', async () => {
    expect(await resolveLedgerUrl({ configured: null, embeddedFile, env: { DATABASE_URL: '' } })).toBe(embedded);
    expect(namedLedger({ configured: null, env: { DATABASE_URL: '' } })).toBeNull();
  });

  it('says how to get one where there is none', async () => {
    await writeEmbeddedStack(embeddedFile, { temporal: null, ledgerUrl: null, pid: process.pid });

    await expect(resolveLedgerUrl({ configured: null, embeddedFile, env: {} })).rejects.toMatchObject({
      name: 'LedgerUnreachable',
      retryable: false,
      hint: expect.stringContaining('ghw up'),
    });
  });
});
