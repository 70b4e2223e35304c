import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { escapeControls } from '../../cli/terminal/escape-controls.ts';
import { CommandError } from '../../cli/terminal/command-error.ts';

/** What the script reports, on the terminal and in a file. */
export type Transcript = {
  readonly file: string;
  /** Adds a line; what must stay hidden is replaced in it. */
  readonly note: (line: string) => void;
};

/**
 * Starts the file again, for its owner only. `hidden` are texts that never appear, such as secrets; empty ones
 * are ignored. Throws a CommandError `CANNOT_WRITE`.
 */
export function startTranscript(
  file: string,
  hidden: readonly (string | undefined)[],
  print: (line: string) => void,
): Transcript {
  const texts = hidden
    .flatMap((text) => (text === undefined || text === '' ? [] : [text]))
    .toSorted((one, other) => other.length - one.length);
  const write = (save: () => void) => {
    try {
      save();
    } catch (cause) {
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new CommandError('CANNOT_WRITE', `The transcript cannot be written: ${message}.`, { cause });
    }
  };
  write(() => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, '', { mode: 0o600 });
  });
  return {
    file,
    note: (line) => {
      let shown = escapeControls(line);
      for (const text of texts) shown = shown.replaceAll(text, '[hidden]');
      print(shown);
      // At once, so that the file also tells of a run that was ended in the middle.
      write(() => {
        appendFileSync(file, `${shown}\n`);
      });
    },
  };
}
