/** These start workers and agents, and have a bundle of their own; all others answer and end. */
export const longCommands: readonly string[] = ['up', 'worker', 'demo', 'doctor', 'init', 'agents'];

/** Where the command's name stands: the first word that is neither an option nor an option's value; -1 if nowhere. */
export function commandPlace(args: readonly string[]): number {
  return args.findIndex((argument, index) => !argument.startsWith('-') && args[index - 1] !== '--config');
}
