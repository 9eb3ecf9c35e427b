import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { changing } from './bundle-plugins.mjs';
import { fromRoot } from './paths.mjs';

/**
 * Temporal's modules make a class of every message that there is, 1,300, and compile how each is written and read, whenever
 * they start. They and we speak of a quarter of them: of those, a bundle has the code, made by protobuf.js ahead of time.
 * Nobody can ask for the others, as they have no name in the code.
 *
 * @typedef {{ fields?: Record<string, { type: string }>, methods?: Record<string, { requestType: string, responseType: string }>, values?: object, nested?: Record<string, Definition> }} Definition
 */

/** @param {string} name - of one of the two files that make those classes */
const file = (name) => new RegExp(`@temporalio[/\\\\]proto[/\\\\]protos[/\\\\]${name}\\.js$`);

const definitions = /\.addJSON\((\{.*\})\)/s;

/**
 * What clients speak of, as code.
 *
 * @returns {Promise<import('esbuild').Plugin>}
 */
export async function clientApi() {
  const api = usedBy(['client', 'common', 'proto']);
  const services = definitionsIn({ nested: api }, '').flatMap(([name, { methods }]) => (methods ? [name] : []));
  const code = await codeOf(api);
  return changing(file('root'), () => `${code}\n(${likeReflection})(${JSON.stringify(services)});`);
}

/**
 * What clients and workers speak of, as Temporal has it: as data. They use more of it, and long enough that it does not
 * matter whether it is compiled while they start; as code it is so much that reading it takes longer.
 *
 * @returns {import('esbuild').Plugin}
 */
export function workerApi() {
  const api = usedBy(['client', 'common', 'proto', 'worker', 'core-bridge', 'activity', 'workflow']);
  // A string is read faster than what it stands for.
  const json = JSON.stringify(JSON.stringify(api));
  return changing(file('json-module'), (text) => text.replace(definitions, () => `.addJSON(JSON.parse(${json}))`));
}

/**
 * @param {Record<string, Definition>} nested
 * @returns {Promise<string>} a CommonJS module
 */
async function codeOf(nested) {
  const { default: pbjs } = await import('protobufjs-cli/pbjs.js');
  const directory = mkdtempSync(join(tmpdir(), 'ghw-api-'));
  try {
    const json = join(directory, 'api.json');
    writeFileSync(json, JSON.stringify({ nested }));
    const target = ['--target', 'static-module', '--wrap', 'commonjs', '--root', 'temporal'];
    const without = ['verify', 'convert', 'delimited', 'typeurl', 'comments', 'beautify'].map((what) => `--no-${what}`);
    return (await promisify(pbjs.main)([...target, ...without, json])) ?? '';
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * Temporal's modules expect what protobuf.js makes at run time: services that have methods of their own, and a root that
 * finds types by name. A function of the bundle.
 *
 * @param {readonly string[]} services
 */
const likeReflection = (services) => {
  const root = module.exports;
  const find = (/** @type {string} */ name) => name.split('.').reduce((found, part) => found?.[part], root);
  for (const service of services.map(find)) {
    const create = service.create;
    service.create = (/** @type {unknown[]} */ ...given) =>
      Object.assign(create.apply(service, given), service.prototype);
  }
  module.exports = {
    ...root,
    constructor: class {
      static className = 'Root';
    },
    lookupType: (/** @type {string} */ name) => {
      const type = find(name);
      if (type === undefined) throw new Error(`no such type: ${name}`);
      return type;
    },
  };
};

/** @returns {Record<string, Definition>} */
function readApi() {
  const text = readFileSync(fromRoot('node_modules/@temporalio/proto/protos/json-module.js'), 'utf8');
  const [, json] = definitions.exec(text) ?? [];
  if (json === undefined) throw new Error('The file of Temporal’s API has another form than it had.');
  return JSON.parse(json);
}

/**
 * @param {readonly string[]} packages - of Temporal
 * @returns {Record<string, Definition>} in the form that it was given in
 */
function usedBy(packages) {
  const nested = readApi();
  const all = new Map(definitionsIn({ nested }, ''));
  const libraries = packages.map((name) => fromRoot('node_modules/@temporalio', name, 'lib'));
  const code = [...libraries, fromRoot('dist/src')].flatMap(codeBelow).join('\n');
  const calls = new Set([...code.matchAll(/[sS]ervice\.(\w+)/g)].map(([, method = '']) => method.toLowerCase()));
  const kept = new Set();
  const todo = [...code.matchAll(/(?:\w\.|lookupType\(')((?:temporal\.api|coresdk|grpc|google)(?:\.\w+)+)/g)]
    .map(([, name = '']) => definedPartOf(name, all))
    .filter((name) => name !== undefined);
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    if (kept.has(name)) continue;
    kept.add(name);
    todo.push(...typesIn(all.get(name) ?? {}, calls).flatMap((type) => resolved(type, name, all) ?? []));
  }
  return only(kept, calls, nested, '') ?? {};
}

/**
 * @param {Definition} definition
 * @param {string} name
 * @returns {[string, Definition][]}
 */
function definitionsIn({ nested = {} }, name) {
  return Object.entries(nested).flatMap(([own, definition]) => {
    const path = name === '' ? own : `${name}.${own}`;
    return [[path, definition], ...definitionsIn(definition, path)];
  });
}

/** Clients of Temporal that we have no use for: of activities without a workflow, and of what other tools administer. */
const unused = /(?:^|[/\\])(?:activity|async-completion|nexus|task-queue)-client\.js$/;

/** @param {string} directory */
function codeBelow(directory) {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js') && !unused.test(file))
    .map((file) => readFileSync(join(directory, file), 'utf8'));
}

/**
 * Of `temporal.api.x.v1.Type.decode`, the part that is defined and is more than a namespace.
 *
 * @param {string} name
 * @param {Map<string, Definition>} all
 */
function definedPartOf(name, all) {
  for (let path = name; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('.')))) {
    const { fields, values, methods } = all.get(path) ?? {};
    if (fields ?? values ?? methods) return path;
  }
  return undefined;
}

/**
 * @param {Definition} definition
 * @param {ReadonlySet<string>} calls
 */
function typesIn({ fields = {}, methods = {} }, calls) {
  return [
    ...Object.values(fields).map(({ type }) => type),
    ...Object.entries(methods)
      .filter(([method]) => calls.has(method.toLowerCase()))
      .flatMap(([, { requestType, responseType }]) => [requestType, responseType]),
  ];
}

/**
 * A name is looked for where it stands, and then further out.
 *
 * @param {string} type
 * @param {string} scope
 * @param {Map<string, Definition>} all
 * @returns {string | undefined} undefined for what is built in
 */
function resolved(type, scope, all) {
  for (let outer = scope; ; outer = outer.slice(0, Math.max(0, outer.lastIndexOf('.')))) {
    const path = outer === '' ? type : `${outer}.${type}`;
    if (all.has(path)) return path;
    if (outer === '') return undefined;
  }
}

/**
 * @param {ReadonlySet<string>} kept
 * @param {ReadonlySet<string>} calls
 * @param {Record<string, Definition>} nested
 * @param {string} scope
 * @returns {Record<string, Definition> | undefined}
 */
function only(kept, calls, nested, scope) {
  const entries = Object.entries(nested).flatMap(([own, definition]) => {
    const name = scope === '' ? own : `${scope}.${own}`;
    const below = only(kept, calls, definition.nested ?? {}, name);
    const { fields, values, methods } = definition;
    if (!kept.has(name)) {
      // Types keep their place, also when only what stands in them is used.
      return below === undefined ? [] : [[own, { ...(fields ? { fields: {} } : {}), nested: below }]];
    }
    const called = methods && Object.entries(methods).filter(([method]) => calls.has(method.toLowerCase()));
    const { nested: _, ...rest } = definition;
    return [
      [
        own,
        {
          ...rest,
          ...(called ? { methods: Object.fromEntries(called) } : {}),
          ...(values ? { values } : {}),
          ...(below ? { nested: below } : {}),
        },
      ],
    ];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
