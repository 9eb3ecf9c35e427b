import * as clack from '@clack/prompts';
import { Interrupted } from './interrupt.ts';

/** A choice for {@link chosen}. */
export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
  readonly hint?: string;
}

/** Asks yes or no; no is the default. @throws Interrupted after Ctrl-C */
export async function confirmed(message: string): Promise<boolean> {
  return answered(await clack.confirm({ message, initialValue: false }));
}

/** Asks for one of several. @throws Interrupted after Ctrl-C */
export async function chosen<Value extends string>(message: string, choices: readonly Choice<Value>[]): Promise<Value> {
  const options = choices.map((choice) => ({ ...choice })) as unknown as Parameters<
    typeof clack.select<Value>
  >[0]['options'];
  return answered(await clack.select<Value>({ message, options }));
}

/** Asks for a line of text. @throws Interrupted after Ctrl-C */
export async function written(
  message: string,
  options: { readonly initial?: string; readonly placeholder?: string; readonly required?: boolean } = {},
): Promise<string> {
  const text = await clack.text({
    message,
    ...(options.initial === undefined ? {} : { initialValue: options.initial }),
    ...(options.placeholder === undefined ? {} : { placeholder: options.placeholder }),
    validate: (value) => (options.required === true && !value?.trim() ? 'Something must be written here.' : undefined),
  });
  return answered(text);
}

function answered<T>(value: T): Exclude<T, symbol> {
  if (clack.isCancel(value)) throw new Interrupted();
  return value as Exclude<T, symbol>;
}
