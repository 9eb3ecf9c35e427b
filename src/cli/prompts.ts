import * as clack from '@clack/prompts';
import { Interrupted } from './interrupt.ts';
import { plainText } from './text.ts';

/** A choice for {@link chosen}. */
export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly hint?: string;
}

/** Asks yes or no; no is the default, unless `initial` says otherwise. @throws Interrupted after Ctrl-C */
export async function confirmed(message: string, { initial = false } = {}): Promise<boolean> {
  return answered(await clack.confirm({ message, initialValue: initial }));
}

/** Asks for one of several. @throws Interrupted after Ctrl-C */
export async function chosen<Value extends string>(
  message: string,
  choices: readonly Choice<Value>[],
  { initial }: { readonly initial?: Value } = {},
): Promise<Value> {
  const options = optionsOf(choices);
  return answered(
    await clack.select<Value>({ message, options, ...(initial === undefined ? {} : { initialValue: initial }) }),
  );
}

/** Asks for any number of several, also none. @throws Interrupted after Ctrl-C */
export async function chosenMany(message: string, choices: readonly Choice<string>[]): Promise<readonly string[]> {
  return answered(await clack.multiselect({ message, options: optionsOf(choices), required: false }));
}

/** Asks for something that is not to be seen. @throws Interrupted after Ctrl-C */
export async function secret(message: string): Promise<string> {
  return answered(await clack.password({ message, validate: (text = '') => problemOf(text, { required: true }) }));
}

/** Says something between two questions. */
export function say(text: string): void {
  clack.log.message(plainText(text));
}

/** clack's own form, whose type depends on the value's in a way that a type parameter does not meet. */
function optionsOf<Value extends string>(choices: readonly Choice<Value>[]) {
  return choices.map((choice) => ({ ...choice })) as unknown as Parameters<typeof clack.select<Value>>[0]['options'];
}

/** Asks for a line of text. @throws Interrupted after Ctrl-C */
export async function written(
  message: string,
  options: {
    readonly initial?: string;
    readonly placeholder?: string;
    readonly required?: boolean;
    /** Throws what is wrong with the text; it is asked for again. */
    readonly check?: (text: string) => void;
  } = {},
): Promise<string> {
  const text = await clack.text({
    message,
    ...(options.initial === undefined ? {} : { initialValue: options.initial }),
    ...(options.placeholder === undefined ? {} : { placeholder: options.placeholder }),
    validate: (value = '') => problemOf(value, options),
  });
  return answered(text);
}

function problemOf(
  text: string,
  { required, check }: { readonly required?: boolean; readonly check?: (text: string) => void },
): string | undefined {
  if (text.trim() === '') return required === true ? 'Something must be written here.' : undefined;
  try {
    check?.(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function answered<T>(value: T): Exclude<T, symbol> {
  if (clack.isCancel(value)) throw new Interrupted();
  return value as Exclude<T, symbol>;
}
