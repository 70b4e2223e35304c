import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm, stat } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import * as z from 'zod';
import { CommandError } from './command-error.ts';

const fileError = z.object({
  code: z.string(),
  syscall: z.enum(['realpath', 'stat', 'open', 'fchmod', 'write', 'close', 'rename']),
  message: z.string(),
});

/** For its owner alone: plates are personal data. */
const newFileMode = 0o600;

/**
 * Writes a file that is there when it is whole and not before; until then what was there under this name stays. A file that is replaced
 * keeps its permissions, and a symbolic link stays one.
 */
export async function writeWholeFile(
  path: string,
  write: (destination: Writable) => Promise<void>,
): Promise<void> {
  try {
    const { target, mode } = await targetOf(path);
    const unfinished = `${target}.${randomUUID()}.unfinished`;
    const file = await open(unfinished, 'wx', newFileMode);
    try {
      await file.chmod(mode);
      await write(file.createWriteStream());
      await rename(unfinished, target);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
  } catch (error) {
    const known = fileError.safeParse(error).data;
    if (known === undefined) throw error;
    throw new CommandError('CANNOT_WRITE', `${path} cannot be written: ${known.message}.`, { cause: error });
  }
}

/** The file behind a symbolic link; never a device, a pipe or a directory. */
async function targetOf(path: string): Promise<{ readonly target: string; readonly mode: number }> {
  try {
    const target = await realpath(path);
    const stats = await stat(target);
    if (stats.isFile()) return { target, mode: stats.mode };
  } catch (error) {
    if (fileError.safeParse(error).data?.code === 'ENOENT') return { target: path, mode: newFileMode };
    throw error;
  }
  throw new CommandError('CANNOT_WRITE', `${path} is no regular file; it would be replaced by one.`);
}
