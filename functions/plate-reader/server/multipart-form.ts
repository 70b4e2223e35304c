import { Busboy } from '@fastify/busboy';

/** A file field of a form, with the exact name from the request. */
export type UploadedFile = { fieldName: string; fileName: string | undefined; bytes: Buffer };

/** A form's file fields in their order, without its other fields. */
export type Form =
  { kind: 'files'; files: UploadedFile[] } | { kind: 'not-multipart' } | { kind: 'malformed' };

/** The contract allows one file; the second lets a caller refuse both. More would only cost memory. */
const limits = { files: 2, parts: 100 };

/** Parses a `multipart/form-data` body: its first two files, among its first hundred parts. */
export async function readForm(body: Buffer, contentType = ''): Promise<Form> {
  if (!/^multipart\/form-data;.*boundary=/i.test(contentType)) return { kind: 'not-multipart' };
  const parser = createParser(contentType);
  if (parser === undefined) return { kind: 'malformed' };
  return new Promise((resolve) => {
    const files: UploadedFile[] = [];
    const giveUp = () => {
      resolve({ kind: 'malformed' });
    };
    parser.on('file', (fieldName, stream, fileName) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.once('end', () => files.push({ fieldName, fileName, bytes: Buffer.concat(chunks) }));
      stream.on('error', giveUp);
    });
    parser.on('error', giveUp);
    parser.once('finish', () => {
      resolve({ kind: 'files', files });
    });
    parser.end(body);
  });
}

/** Undefined for a boundary that cannot be one: the parser throws plain errors without a code. */
function createParser(contentType: string) {
  try {
    return new Busboy({ headers: { 'content-type': contentType }, preservePath: true, limits });
  } catch {
    return undefined;
  }
}
