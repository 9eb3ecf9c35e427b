import { readFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { fromRoot } from './paths.mjs';

/** @typedef {import('esbuild').Plugin} Plugin */

/**
 * Changes a file on its way into a bundle.
 *
 * @param {RegExp} file
 * @param {(text: string, path: string) => string} change
 * @returns {Plugin}
 */
export function changing(file, change) {
  return {
    name: `changes ${file.source}`,
    setup: ({ onLoad }) =>
      onLoad({ filter: file }, async ({ path }) => ({
        contents: change(await readFile(path, 'utf8'), path),
        loader: 'js',
      })),
  };
}

/**
 * @param {string} text
 * @param {string} found
 * @param {string} instead
 * @param {string} path
 */
function replaced(text, found, instead, path) {
  if (!text.includes(found)) throw new Error(`${path} has another form than it had: see bundle-plugins.mjs.`);
  return text.replaceAll(found, instead);
}

/** Our modules know where they were compiled to, also in a bundle. */
export const placesOfOurs = changing(/[/\\]dist[/\\]src[/\\].*\.js$/, (text, path) => {
  const place = relative(fromRoot('dist'), path).replaceAll('\\', '/');
  return text
    .replace(/\bimport\.meta\.url\b/g, `ghwUrl(${JSON.stringify(place)})`)
    .replace(/\bimport\.meta\.dirname\b/g, `ghwPath(${JSON.stringify(dirname(place))})`);
});

/** @param {string} name - of a package that Temporal's worker needs */
function packageOfWorker(name) {
  return `path.dirname(ghwRequire.resolve('${name}/package.json', { paths: [ghwRequire.resolve('@temporalio/worker/package.json')] }))`;
}

/** Modules of Temporal's worker find their native parts, their thread and their bundler, also from within a bundle. */
export const placesOfTemporal = [
  changing(/@temporalio[/\\]core-bridge[/\\]common\.js$/, (text, path) =>
    replaced(text, '__dirname', packageOfWorker('@temporalio/core-bridge'), path),
  ),
  changing(/source-map[/\\]lib[/\\]read-wasm\.js$/, (text, path) =>
    replaced(text, '__dirname', `path.join(${packageOfWorker('source-map')}, 'lib')`, path),
  ),
  changing(/@temporalio[/\\]worker[/\\]lib[/\\]workflow[/\\]threaded-vm\.js$/, (text, path) =>
    replaced(text, "require.resolve('./workflow-worker-thread')", "ghwPath('workflow-thread.cjs')", path),
  ),
  // Workflows are bundled already. Where they are not, webpack and all that it needs are loaded when they are called for.
  changing(/@temporalio[/\\]worker[/\\]lib[/\\]workflow[/\\]bundler\.js$/, (text) => {
    const names = [...text.matchAll(/^exports\.(\w+) = \w+;$/gm)].map(([, name]) => name);
    const bundler = "ghwRequire('@temporalio/worker/lib/workflow/bundler')";
    const interceptor = "ghwRequire.resolve('@temporalio/worker/lib/workflow-log-interceptor')";
    const lazy = names.map((name) => `get ${name}() { return ${bundler}.${name}; }`);
    return `module.exports = { ${lazy.join(', ')}, defaultWorkflowInterceptorModules: [${interceptor}] };`;
  }),
];

/** Of the languages in which zod can complain, we speak one. */
export const oneLanguage = changing(
  /zod[/\\]v4[/\\]locales[/\\]index\.js$/,
  () => "export { default as en } from './en.js';",
);

/** To tell what an address is, Node compiles a large pattern; in all that gRPC asks about, a colon tells it. */
export const knownAddresses = changing(
  /@grpc[/\\]grpc-js[/\\]build[/\\]src[/\\](?:load-balancer-pick-first|resolver-dns|subchannel-address)\.js$/,
  (text) => text.replace(/\(0, net_1\.isIPv6\)\(([\w.[\]]+)\)/g, "$1.includes(':')"),
);
