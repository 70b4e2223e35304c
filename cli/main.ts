// The command plateline: its commands, and how it exits.
import { Command } from 'commander';
import { CommandError } from './command-error.ts';
import { exitOf } from './terminal/exit.ts';
import { escapeControls } from './terminal/escape-controls.ts';
import { addGlobalOptions } from './options/global-options.ts';
import { addBackfill } from './commands/backfill/backfill.ts';
import { addExport } from './commands/export/export.ts';
import { addFind } from './commands/find/find.ts';
import { addReclassify } from './commands/reclassify/reclassify.ts';
import { addRedrive } from './commands/redrive/redrive.ts';
import { addSecretsSet } from './commands/secrets/secrets-set.ts';
import { addShow } from './commands/show/show.ts';
import { addTail } from './commands/tail/tail.ts';
import { addUsage } from './commands/usage/usage.ts';

// A reader that has enough, such as head, closes the pipe: the status is the shell's for SIGPIPE, 128 + 13.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(141);
  process.stderr.write(`error: Standard output cannot be written: ${error.message}.\n`);
  process.exit(1);
});

const program = new Command('plateline')
  .description("Finds plates, and runs Plateline's pipeline from a terminal.")
  .configureHelp({ showGlobalOptions: true })
  .exitOverride();
addGlobalOptions(program);
addBackfill(program);
addExport(program);
addFind(program);
addReclassify(program);
addRedrive(program);
addSecretsSet(program);
addShow(program);
addTail(program);
addUsage(program);
// Commander's own shows the help of the first word alone, and says nothing of a command that does not exist.
program
  .command('help')
  .summary('explain a command')
  .argument('[command...]')
  .action((words: readonly string[]) => {
    let command: Command | undefined = program;
    for (const word of words) command = command?.commands.find((subcommand) => subcommand.name() === word);
    if (command === undefined) throw noSuchCommand();
    command.help();
  });
// Commander asks for help before it asks whether there is such a command.
program.addHelpText('before', () => {
  const [name = '--help'] = program.args;
  const isCommand = program.commands.some((command) => command.name() === name);
  if (!isCommand && !name.startsWith('-')) throw noSuchCommand();
  return '';
});

try {
  await program.parseAsync();
} catch (error) {
  const exit = exitOf(error);
  if (exit === undefined) throw error;
  if (exit.sentence !== undefined) process.stderr.write(`error: ${escapeControls(exit.sentence)}\n`);
  process.exitCode = exit.status;
}

function noSuchCommand(): CommandError {
  return new CommandError('USAGE', 'There is no such command; plateline --help lists them.');
}
