import { type Draft, checkDraft, readDraft, replaceText } from '../../config/edit.ts';
import { describeProblem, placeOf } from '../../config/problem.ts';
import { GhwError } from '../../domain/errors.ts';
import type { CommandContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { Interrupted } from '../interrupt.ts';
import { plainLine } from '../text.ts';
import { type EditedText, editText } from '../text-source.ts';
import { tellRest } from './config.ts';

/** What an editor shows where there is no file yet. */
const firstText = `# The configuration of gh-worker. All keys with their values: ghw config list
`;

/** Opens a copy of the file in the person's editor, and takes what they wrote if it is right, or if they insist. */
export async function editConfig(context: CommandContext): Promise<void> {
  if (!context.interactive) {
    throw new GhwError('InvalidInput', 'There is no terminal to edit in.', {
      hint: 'Change one key with `ghw config set` or `ghw config unset`; `ghw config path` says where the file is.',
    });
  }
  const before = await readDraft(context.configOptions);
  let kept: EditedText | undefined;
  for (;;) {
    const edited = await editText(context.io, kept?.text ?? (before.text || firstText), {
      name: 'config.yaml',
      otherwise: 'use `ghw config set`',
    });
    if (edited !== null) {
      await kept?.discard();
      kept = edited;
    }
    if (kept === undefined) {
      context.out.note('Nothing was changed.');
      return;
    }
    const draft = checkDraft(kept.text, context.configOptions);
    const decision = draft.problems.length === 0 ? 'write' : await decide(context, draft, kept);
    if (decision === 'again') continue;
    if (decision === 'write') await write(context, before, kept);
    else context.out.note('Nothing was changed.');
    await kept.discard();
    context.exitCode = draft.problems.length === 0 ? exitCodes.ok : exitCodes.configuration;
    return;
  }
}

async function decide(context: CommandContext, draft: Draft, kept: EditedText): Promise<'again' | 'write' | 'discard'> {
  for (const problem of draft.problems) {
    context.out.note(plainLine(`${placeOf(draft.path, problem)}: ${describeProblem(problem)}`));
  }
  const { chosen } = await import('../prompts.ts');
  try {
    return await chosen('This is not right yet.', [
      { value: 'again', label: 'Edit again' },
      { value: 'discard', label: 'Leave the file as it was' },
      { value: 'write', label: 'Write it as it is', hint: 'most commands will refuse it' },
    ]);
  } catch (error) {
    if (error instanceof Interrupted) context.out.note(`Nothing was changed; what you wrote is kept in ${kept.path}.`);
    throw error;
  }
}

async function write(context: CommandContext, before: Draft, { text, path: copy }: EditedText): Promise<void> {
  const written = await replaceText(before.text, text, context.configOptions);
  if (written === undefined) {
    throw new GhwError(
      'NotApplicable',
      `${before.path} was changed by somebody else in the meantime; it was left as it is.`,
      {
        hint: `What you wrote is kept in ${copy}.`,
      },
    );
  }
  context.out.data({ path: written.path }, () => `Wrote ${written.path}.`);
  tellRest(context, written);
}
