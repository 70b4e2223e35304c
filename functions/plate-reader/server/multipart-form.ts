import { MIMEType } from 'node:util';
import { Busboy } from '@fastify/busboy';

/** A file field of a form, with the exact name from the request. */
export type UploadedFile = { fieldName: string; fileName: string | undefined; bytes: Buffer };

/** A form's file fields in their order, without its other fields. */
export type Form =
  { kind: 'files'; files: UploadedFile[] } | { kind: 'not-multipart' } | { kind: 'malformed' };

/** The contract allows one file; the second lets a caller refuse both. More would only cost memory. */
const limits = { files: 2, parts: 100 };

/** What a boundary may be (RFC 2046, 5.1.1). */
const boundaryForm = /^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/;

/** Parses a `multipart/form-data` body: its first two files, among its first hundred parts. */
export async function readForm(body: Buffer, contentType = ''): Promise<Form> {
  const type = mimeTypeOf(contentType);
  if (type?.essence !== 'multipart/form-data') return { kind: 'not-multipart' };
  const boundary = type.params.get('boundary') ?? '';
  if (!boundaryForm.test(boundary)) return { kind: 'malformed' };
  const headers = { 'content-type': `multipart/form-data; boundary="${boundary}"` };
  return new Promise((resolve) => {
    const parser = new Busboy({ headers, preservePath: true, limits });
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

/** The type in whatever spelling RFC 9110 allows: any case, spaces around semicolons, quotes. */
function mimeTypeOf(contentType: string): MIMEType | undefined {
  try {
    return new MIMEType(contentType);
  } catch {
    return undefined;
  }
}
