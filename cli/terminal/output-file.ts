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

/** For its owner alone: plates are personal data. */
const newFileMode = 0o600;

/**
 * Writes a file that is there when it is whole and not before; until then what was there under this name stays. A file that is replaced
 * keeps its permissions and, where the system allows it, its owner; a symbolic link stays one.
 */
export async function writeWholeFile(
  name: string,
  write: (destination: Writable) => Promise<void>,
): Promise<void> {
  try {
    const { target, replaced } = await targetOf(name);
    // Not made of the target's own name, which may be as long as names can be.
    const unfinished = `${path.dirname(target)}/plateline-${randomUUID()}.unfinished`;
    const file = await open(unfinished, 'wx', newFileMode);
    try {
      if (replaced) await takeOver(file, replaced);
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

/** The file of this name or behind a symbolic link, whether it is there or not; never a device, a pipe or a directory. */
async function targetOf(name: string): Promise<{ readonly target: string; readonly replaced?: Stats }> {
  const stats = await unlessCode('ENOENT', stat(name));
  if (stats === undefined) {
    const link = await readlink(name).catch(() => undefined);
    if (link === undefined) return { target: name };
    return await targetOf(path.isAbsolute(link) ? link : `${path.dirname(name)}/${link}`);
  }
  // Asked before realpath, which finds no pipe behind a link such as /dev/stdout.
  if (stats.isFile()) return { target: await realpath(name), replaced: stats };
  throw new CommandError('CANNOT_WRITE', `${name} is no regular file; it would be replaced by one.`);
}

/** The owner before the permissions, because a change of the owner takes some of them away. */
async function takeOver(file: FileHandle, { uid, gid, mode }: Stats): Promise<void> {
  // Who may write into a directory may replace files of others there, but not give files away.
  await unlessCode('EPERM', file.chown(uid, gid));
  await file.chmod(mode);
}

/** Undefined where the file system answers with this code. */
async function unlessCode<Answer>(code: string, answer: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (fileError.safeParse(error).data?.code === code) return undefined;
    throw error;
  }
}
