import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { open, readlink, realpath, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Writable } from 'node:stream';
import * as z from 'zod';
import { CommandError } from './command-error.ts';

const fileError = z.object({
  code: z.string(),
  syscall: z.enum(['stat', 'realpath', 'open', 'fchown', 'fchmod', 'write', 'close', 'rename']),
  message: z.string(),
});

/** Only for the owner, because plates are personal data. */
const newFileMode = 0o600;

/**
 * Writes a file that appears under its name only when it is whole; an earlier file stays until then. The new
 * file gets the permissions and, if the system allows it, the owner of the earlier one. A symbolic link stays
 * a link. Throws a CommandError `CANNOT_WRITE`.
 */
export async function writeWholeFile(
  name: string,
  write: (destination: Writable) => Promise<void>,
): Promise<void> {
  try {
    const { target, replaced } = await targetOf(name);
    // Does not contain the target's name, which may already have the greatest length.
    const unfinished = `${path.dirname(target)}/plateline-${randomUUID()}.unfinished`;
    const file = await open(unfinished, 'wx', newFileMode);
    try {
      if (replaced) await copyOwnerAndMode(file, replaced);
      await write(file.createWriteStream());
      await rename(unfinished, target);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
  } catch (error) {
    const known = fileError.safeParse(error).data;
    if (known === undefined) throw error;
    throw new CommandError('CANNOT_WRITE', `${name} cannot be written: ${known.message}.`, { cause: error });
  }
}

/**
 * Follows symbolic links to the file to write, which need not exist. Refuses devices, pipes and directories.
 */
async function targetOf(name: string): Promise<{ readonly target: string; readonly replaced?: Stats }> {
  const stats = await unlessCode('ENOENT', stat(name));
  if (stats === undefined) {
    const link = await readlink(name).catch(() => undefined);
    if (link === undefined) return { target: name };
    return await targetOf(path.isAbsolute(link) ? link : `${path.dirname(name)}/${link}`);
  }
  // Before realpath, which cannot resolve a link to a pipe, such as /dev/stdout.
  if (stats.isFile()) return { target: await realpath(name), replaced: stats };
  throw new CommandError('CANNOT_WRITE', `${name} is not a regular file, so it is not replaced.`);
}

/** Sets the owner first, because a change of the owner removes some permissions. */
async function copyOwnerAndMode(file: FileHandle, { uid, gid, mode }: Stats): Promise<void> {
  // A user who may write to the directory may replace files of others there, but not give them a file.
  await unlessCode('EPERM', file.chown(uid, gid));
  await file.chmod(mode);
}

/** Returns undefined if the file system fails with this code. */
async function unlessCode<Answer>(code: string, answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (fileError.safeParse(error).data?.code === code) return undefined;
    throw error;
  }
}
