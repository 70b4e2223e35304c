import { randomUUID } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import * as z from 'zod';
import { CommandError } from './command-error.ts';

const fileError = z.object({
  code: z.string(),
  syscall: z.enum(['stat', 'open', 'write', 'close', 'rename']),
  message: z.string(),
});

/** Writes a file that is there when it is whole and not before; until then what was there under this name stays. */
export async function writeWholeFile(
  path: string,
  write: (destination: Writable) => Promise<void>,
): Promise<void> {
  if (await isSpecial(path)) {
    throw new CommandError('CANNOT_WRITE', `${path} is no regular file; it would be replaced by one.`);
  }
  const unfinished = `${path}.${randomUUID()}.unfinished`;
  try {
    const file = await open(unfinished, 'wx');
    await write(file.createWriteStream());
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    const known = fileError.safeParse(error).data;
    if (known === undefined) throw error;
    throw new CommandError('CANNOT_WRITE', `${path} cannot be written: ${known.message}.`, { cause: error });
  }
}

/** Whether there is a device, a pipe or a directory. */
async function isSpecial(path: string): Promise<boolean> {
  try {
    return !(await stat(path)).isFile();
  } catch (error) {
    if (fileError.safeParse(error).data?.code === 'ENOENT') return false;
    throw error;
  }
}
