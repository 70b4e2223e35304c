// The command plateline: its verbs, and how it ends.
import { Command } from 'commander';
import { CommandError } from './command-error.ts';
import { endOf } from './end.ts';
import { escapeControls } from './escape-controls.ts';
import { addGlobalOptions } from './global-options.ts';
import { addBackfill } from './verbs/backfill.ts';
import { addExport } from './verbs/export.ts';
import { addFind } from './verbs/find.ts';
import { addReclassify } from './verbs/reclassify.ts';
import { addRedrive } from './verbs/redrive.ts';
import { addSecretsSet } from './verbs/secrets-set.ts';
import { addShow } from './verbs/show.ts';
import { addTail } from './verbs/tail.ts';
import { addUsage } from './verbs/usage.ts';

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
// Commander's own shows the help of the first word alone, and says nothing of a verb that does not exist.
program
  .command('help')
  .summary('explain a verb')
  .argument('[verb...]')
  .action((words: readonly string[]) => {
    let command: Command | undefined = program;
    for (const word of words) command = command?.commands.find((verb) => verb.name() === word);
    if (command === undefined) throw noSuchVerb();
    command.help();
  });
// Commander asks for help before it asks whether there is such a verb.
program.addHelpText('before', () => {
  const [verb = '--help'] = program.args;
  const isVerb = program.commands.some((command) => command.name() === verb);
  if (!isVerb && !verb.startsWith('-')) throw noSuchVerb();
  return '';
});

try {
  await program.parseAsync();
} catch (error) {
  const end = endOf(error);
  if (end === undefined) throw error;
  if (end.sentence !== undefined) process.stderr.write(`error: ${escapeControls(end.sentence)}\n`);
  process.exitCode = end.status;
}

function noSuchVerb(): CommandError {
  return new CommandError('USAGE', 'There is no such verb; plateline --help lists them.');
}
