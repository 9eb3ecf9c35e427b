import { readdir } from 'node:fs/promises';
import type { BenchmarkModule } from './lib/benchmark.ts';
import { renderTable } from './lib/table.ts';

/** Runs `bench/<name>` and prints a table for people and, as the last line, the figures for scripts. */
async function main([name, ...args]: readonly string[]): Promise<number> {
  const names = await benchmarkNames();
  if (name === undefined || !names.includes(name)) {
    process.stderr.write(`Usage: npm run bench -- <name> [arguments]\nBenchmarks: ${names.join(', ')}\n`);
    return 2;
  }
  const { benchmark } = (await import(new URL(`./${name}.js`, import.meta.url).href)) as BenchmarkModule;
  const { caption, rows, figures } = await benchmark(args);
  process.stdout.write(`${caption}\n${renderTable(rows)}\n${JSON.stringify(figures)}\n`);
  return 0;
}

/** The other files beside this one. */
async function benchmarkNames(): Promise<string[]> {
  const entries = await readdir(import.meta.dirname, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.js') && entry.name !== 'run.js')
    .map((entry) => entry.name.slice(0, -'.js'.length))
    .sort();
}

process.exitCode = await main(process.argv.slice(2));
