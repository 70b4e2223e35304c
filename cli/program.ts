import { Command } from 'commander';
import { CommandError } from './terminal/command-error.ts';
import { addGlobalOptions } from './options/global-options.ts';
import { addBackfill } from './commands/backfill/backfill.ts';
import { addConsole } from './commands/console/console.ts';
import { addExport } from './commands/export/export.ts';
import { addFind } from './commands/find/find.ts';
import { addListen } from './commands/listen/listen.ts';
import { addRead } from './commands/read/read.ts';
import { addReclassify } from './commands/reclassify/reclassify.ts';
import { addRedrive } from './commands/redrive/redrive.ts';
import { addRetention } from './commands/retention/retention.ts';
import { addSecretsSet } from './commands/secrets/secrets-set.ts';
import { addServe } from './commands/serve/serve.ts';
import { addShow } from './commands/show/show.ts';
import { addTail } from './commands/tail/tail.ts';
import { addUsage } from './commands/usage/usage.ts';
import { addWatch } from './commands/watch/watch.ts';
import { addWebhook } from './commands/webhook/webhook.ts';

/** Creates the program `plateline` with all its commands; it reads and writes the streams of this process. */
export function createProgram(): Command {
  const program = new Command('plateline')
    .description("Finds plates, and runs Plateline's pipeline from a terminal.")
    .configureHelp({ showGlobalOptions: true })
    .exitOverride();
  addGlobalOptions(program);
  addBackfill(program);
  addConsole(program);
  addExport(program);
  addFind(program);
  addListen(program);
  addRead(program);
  addReclassify(program);
  addRedrive(program);
  addRetention(program);
  addSecretsSet(program);
  addServe(program);
  addShow(program);
  addTail(program);
  addUsage(program);
  addWatch(program);
  addWebhook(program);
  // Commander's own help command ignores a second word such as `set`, and accepts unknown commands.
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
  // With --help, commander does not check whether the command exists.
  program.addHelpText('before', () => {
    const [name = '--help'] = program.args;
    const isCommand = program.commands.some((command) => command.name() === name);
    if (!isCommand && !name.startsWith('-')) throw noSuchCommand();
    return '';
  });
  return program;
}

function noSuchCommand(): CommandError {
  return new CommandError('USAGE', 'There is no such command; plateline --help lists them.');
}
