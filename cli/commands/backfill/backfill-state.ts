import { createHash } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { parseJson } from '../../../functions/core/message/parse-json.ts';
import { CommandError } from '../../command-error.ts';

const backfillState = z.object({
  /** What is sent, and where to. */
  uri: z.string(),
  queueUrl: z.string(),
  /** Every object up to this key was sent or skipped; absent where there is none yet. */
  afterKey: z.string().optional(),
  sent: z.int().nonnegative(),
  skipped: z.int().nonnegative(),
});

/** How far a backfill has come. */
export type BackfillState = z.infer<typeof backfillState>;

export type StoredBackfillState =
  | { readonly kind: 'absent' }
  | { readonly kind: 'state'; readonly state: BackfillState }
  /** The file is there and holds no state. */
  | { readonly kind: 'damaged' };

/** A name of its own for each pair of source and queue, so that several backfills can share a directory. */
export function backfillStateFileName(uri: string, queueUrl: string): string {
  const hash = createHash('sha256').update(`${uri}\n${queueUrl}`).digest('hex');
  return `.plateline-backfill-${hash.slice(0, 12)}.json`;
}

/** Throws a CommandError `STATE_FILE`, as writing does, where the file system refuses. */
export async function readBackfillState(file: string): Promise<StoredBackfillState> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return { kind: 'absent' };
    throw unusable(file, error);
  }
  const parsed = backfillState.safeParse(parseJson(text));
  return parsed.success ? { kind: 'state', state: parsed.data } : { kind: 'damaged' };
}

/** Replaces the file as a whole: whoever reads it finds the old state or the new one. */
export async function writeBackfillState(file: string, state: BackfillState): Promise<void> {
  const newFile = `${file}.new`;
  try {
    await writeFile(newFile, `${JSON.stringify(state)}\n`);
    await rename(newFile, file);
  } catch (error) {
    throw unusable(file, error);
  }
}

export async function removeBackfillState(file: string): Promise<void> {
  await rm(file, { force: true });
}

function unusable(file: string, error: unknown): CommandError {
  const why = error instanceof Error ? error.message : String(error);
  return new CommandError(
    'STATE_FILE',
    `The state file ${file} cannot be used: ${why}. Name another one with --state.`,
    {
      cause: error,
    },
  );
}
