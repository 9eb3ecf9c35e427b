import type * as prompts from '../prompts.ts';

/** Who is asked: a person at a terminal, or a test. Every method throws `Interrupted` after Ctrl-C. */
export type Asker = Pick<typeof prompts, 'confirmed' | 'chosen' | 'chosenMany' | 'written' | 'secret' | 'say'>;
