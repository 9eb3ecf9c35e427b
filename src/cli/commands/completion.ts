import { Argument, type Command } from 'commander';
import { type Cli, group, leaf } from '../command.ts';
import { shells } from '../completion/scripts.ts';

const actions = () => import('../actions/completion.ts');

/** `ghw completion` */
export function completionCommand(cli: Cli): Command {
  return leaf(cli, 'completion', 'Print a script that completes ghw in a shell.', async (context, _, words) =>
    (await actions()).printCompletionScript(context, words),
  )
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .addHelpText(
      'after',
      '\nIn ~/.bashrc:   source <(ghw completion bash)\n' +
        'In ~/.zshrc:    source <(ghw completion zsh), after compinit\n' +
        'For fish:       ghw completion fish > ~/.config/fish/completions/ghw.fish',
    );
}

/** `ghw __complete`, which the scripts ask. */
export function completeCommand(cli: Cli): Command {
  return group('__complete', 'For the completion scripts.')
    .argument('[words...]')
    .allowUnknownOption()
    .action(async (words: string[]) => (await actions()).completeWords(cli, words));
}
