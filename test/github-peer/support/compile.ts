import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import ts from 'typescript';

const source = join(import.meta.dirname, '..', '..', 'peers', 'github');

/** Compiles the local GitHub into a directory, for tests that run it as a process of its own. Returns its main file. */
export async function compileLocalGitHub(directory: string): Promise<string> {
  const files = (await readdir(source, { recursive: true })).filter((name) => name.endsWith('.ts'));
  for (const name of files) {
    const { outputText } = ts.transpileModule(await readFile(join(source, name), 'utf8'), {
      compilerOptions: {
        module: ts.ModuleKind.ESNext,
        target: ts.ScriptTarget.ES2023,
        rewriteRelativeImportExtensions: true,
        verbatimModuleSyntax: true,
      },
    });
    const target = join(directory, name.replace(/\.ts$/, '.js'));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, outputText);
  }
  await writeFile(join(directory, 'package.json'), '{"type":"module"}');
  return join(directory, 'main.js');
}
