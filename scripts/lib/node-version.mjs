import { readFileSync } from 'node:fs';

const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const [wantedMajor = 0, wantedMinor = 0] = engines.node.replace('>=', '').split('.').map(Number);
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

// Imported first, by everything a newcomer may start: an old Node fails later with a message that explains nothing.
if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
  console.error(`gh-worker needs Node ${engines.node}; this is Node ${process.versions.node}.`);
  console.error(
    'Install a current Node (https://nodejs.org), or switch to one with your version manager, and try again.',
  );
  process.exit(1);
}
