import { describeProblem, placeOf } from '../../config/problem.ts';
import { formatKey } from '../../config/key.ts';
import { validateConfig } from '../../config/validate.ts';
import type { CommandContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { plainLine } from '../text.ts';

/** Tells everything that is wrong, and how to mend each. */
export async function validate(context: CommandContext): Promise<void> {
  const { path, exists, problems, warnings } = await validateConfig(context.configOptions);
  const isValid = problems.length === 0;
  const lines = [
    ...problems.flatMap((problem) => [
      plainLine(`${placeOf(path, problem)}: ${describeProblem(problem)}`),
      `  ${plainLine(problem.mend)}`,
    ]),
    ...warnings.flatMap(({ what, mend }) => [plainLine(`warning: ${what}`), `  ${plainLine(mend)}`]),
    isValid ? verdict(path, exists) : `${count(problems.length, 'problem')} in the configuration.`,
  ];
  context.out.data(
    {
      path,
      exists,
      valid: isValid,
      problems: problems.map((problem) => ({
        place: placeOf(path, problem),
        key: formatKey(problem.key),
        line: problem.position?.line ?? null,
        column: problem.position?.column ?? null,
        variable: problem.variable ?? null,
        message: describeProblem(problem),
        mend: problem.mend,
      })),
      warnings: warnings.map(({ what, mend }) => ({ message: what, mend })),
    },
    () => lines.join('\n'),
  );
  context.exitCode = isValid ? exitCodes.ok : exitCodes.configuration;
}

function verdict(path: string, exists: boolean): string {
  return exists ? `${path} is valid.` : `${path} does not exist: everything is as it is by default.`;
}

function count(number: number, thing: string): string {
  return `${String(number)} ${thing}${number === 1 ? '' : 's'}`;
}
