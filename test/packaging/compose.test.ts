import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { checkDocument } from '../../src/config/check.ts';
import { parseText } from '../../src/config/document.ts';

const root = join(import.meta.dirname, '..', '..');

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: unknown;
  readonly ports?: readonly string[];
  readonly volumes?: readonly (string | { readonly source: string })[];
  readonly configs?: readonly { readonly source: string }[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly configs: Readonly<Record<string, { readonly content: string }>>;
}

describe('docker-compose.yml', () => {
  let compose: Compose;
  let services: [string, Service][];

  beforeAll(async () => {
    compose = parse(await readFile(join(root, 'docker-compose.yml'), 'utf8')) as Compose;
    services = Object.entries(compose.services);
  });

  it('has a database, Temporal, its Web UI and a worker of ours', () => {
    expect(services.map(([name]) => name)).toEqual(['postgresql', 'temporal', 'temporal-ui', 'worker']);
    expect(compose.services.worker?.build).toBe('.');
  });

  it('pins every image', () => {
    for (const [, { image }] of services) if (image !== undefined) expect(image).toMatch(/^[\w./-]+:\d+\.\d+/);
  });

  it('waits only for services that exist and say when they are healthy', () => {
    for (const [, { depends_on: needed = {} }] of services) {
      for (const [name, { condition }] of Object.entries(needed)) {
        expect(condition).toBe('service_healthy');
        expect(compose.services[name]).toHaveProperty('healthcheck');
      }
    }
  });

  it('gives the worker what the example of its configuration asks for', async () => {
    const text = await readFile(join(root, 'examples', 'compose.yaml'), 'utf8');
    const { config, problems } = checkDocument(parseText('examples/compose.yaml', text), {});
    const { environment = {} } = compose.services.worker ?? {};

    expect(problems).toEqual([]);
    expect(Object.keys(environment)).toContain(config?.agents['claude-code'].api_key_env);
  });

  it('shows nothing to other machines', () => {
    for (const [, { ports = [] }] of services) for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('declares each volume and configuration that a service uses', () => {
    const used = services
      .flatMap(([, service]) => service.volumes ?? [])
      .filter((volume) => typeof volume === 'string');
    const configs = services.flatMap(([, service]) => service.configs ?? []);

    expect(used.map((volume) => volume.split(':')[0]).sort()).toEqual(Object.keys(compose.volumes).sort());
    expect(configs.map(({ source }) => source)).toEqual(Object.keys(compose.configs));
  });

  it('gives Temporal a configuration that it can read, with priorities on', () => {
    const dynamic = parse(compose.configs.temporal?.content ?? '') as Record<string, unknown>;

    expect(dynamic['matching.useNewMatcher']).toEqual([{ value: true }]);
  });

  it('points the worker and the Web UI at Temporal', () => {
    for (const name of ['worker', 'temporal-ui']) {
      expect(compose.services[name]?.environment?.TEMPORAL_ADDRESS).toBe('temporal:7233');
    }
  });
});
