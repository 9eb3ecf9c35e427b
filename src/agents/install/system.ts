import { readFileSync } from 'node:fs';
import type { System } from './distribution.ts';

let known: System | undefined;

/** The system that this process runs on. */
export function thisSystem(): System {
  known ??= { platform: process.platform, arch: process.arch, musl: isMusl(), modern: hasModernProcessor() };
  return known;
}

function isMusl(): boolean {
  if (process.platform !== 'linux') return false;
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return header?.glibcVersionRuntime === undefined;
}

/** Taken to be modern where nothing says so. */
function hasModernProcessor(): boolean {
  if (process.platform !== 'linux' || process.arch !== 'x64') return true;
  try {
    return /\bavx2\b/.test(readFileSync('/proc/cpuinfo', 'utf8'));
  } catch {
    return true;
  }
}
