import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import writeFileAtomic from 'write-file-atomic';
import * as z from 'zod';
import { parseJson } from '../../../functions/core/message/parse-json.ts';
import { CommandError } from '../../terminal/command-error.ts';

const backfillState = z.object({
  /** Which objects are sent. */
  uri: z.string(),
  /** The queue that gets them. */
  queueUrl: z.string(),
  /** Every object up to this key was sent or skipped; absent before the first one. */
  afterKey: z.string().optional(),
  sent: z.int().nonnegative(),
  skipped: z.int().nonnegative(),
  /** Pictures that were left out, because they have to be restored first. */
  archived: z.int().nonnegative().default(0),
});

/** The progress of a backfill, as its state file holds it. */
export type BackfillState = z.infer<typeof backfillState>;

/** A different name for each pair of source and queue, so that several backfills can share a directory. */
export function backfillStateFileName(uri: string, queueUrl: string): string {
  const hash = createHash('sha256').update(`${uri}\n${queueUrl}`).digest('hex');
  return `.plateline-backfill-${hash.slice(0, 12)}.json`;
}

/**
 * Returns undefined if the file does not exist. Throws a CommandError: `STATE_FILE` if the file cannot be
 * read, `DAMAGED_STATE` if its content is no state, `OTHER_STATE` if the state belongs to another source or
 * queue.
 */
export async function readBackfillState(
  file: string,
  uri: string,
  queueUrl: string,
): Promise<BackfillState | undefined> {
  const text = await readIfExists(file);
  if (text === undefined) return undefined;
  const state = backfillState.safeParse(parseJson(text)).data;
  if (state === undefined) {
    throw new CommandError(
      'DAMAGED_STATE',
      `${file} does not contain the progress of a backfill. Delete it to start over, or name another file with --state.`,
    );
  }
  if (state.uri === uri && state.queueUrl === queueUrl) return state;
  throw new CommandError(
    'OTHER_STATE',
    `${file} belongs to the backfill of ${state.uri} to ${state.queueUrl}. Name another file with --state.`,
  );
}

async function readIfExists(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw unusable(file, error);
  }
}

/**
 * Replaces the file as a whole: a reader finds the old state or the new one. Throws a CommandError
 * `STATE_FILE`.
 */
export async function writeBackfillState(file: string, state: BackfillState): Promise<void> {
  try {
    // A killed command loses nothing without fsync, and a sync for each batch would slow the sending.
    await writeFileAtomic(file, `${JSON.stringify(state)}\n`, { fsync: false });
  } catch (error) {
    throw unusable(file, error);
  }
}

/** Removes the file if it exists. */
export async function removeBackfillState(file: string): Promise<void> {
  await rm(file, { force: true });
}

function unusable(file: string, error: unknown): CommandError {
  const why = error instanceof Error ? error.message : String(error);
  return new CommandError(
    'STATE_FILE',
    `The state file ${file} cannot be used: ${why}. Name another one with --state.`,
    { cause: error },
  );
}
