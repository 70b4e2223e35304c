import { once } from 'node:events';
import { Busboy } from '@fastify/busboy';
import type { ProxiedRequest } from './fault-proxy.ts';

/** A request that makes a new object, by the name that S3 gives its event. */
export interface ObjectWrite {
  readonly eventName:
    | 'ObjectCreated:Put'
    | 'ObjectCreated:Post'
    | 'ObjectCreated:Copy'
    | 'ObjectCreated:CompleteMultipartUpload';
  readonly bucket: string;
  readonly key: string;
}

/** The object that a request makes if S3 accepts it; undefined for a request that makes none. */
export async function readObjectWrite(
  request: Pick<ProxiedRequest, 'method' | 'rawUrl' | 'headers' | 'body'>,
): Promise<ObjectWrite | undefined> {
  const [rawPath = '', rawQuery = ''] = request.rawUrl.split('?', 2);
  const [bucket = '', ...keyParts] = rawPath.slice('/'.length).split('/');
  const key = decodeURIComponent(keyParts.join('/'));
  const hasUploadId = new URLSearchParams(rawQuery).has('uploadId');
  if (key === '') {
    const isForm = request.headers['content-type']?.startsWith('multipart/form-data') ?? false;
    if (request.method !== 'POST' || !isForm || request.body === undefined) return undefined;
    return {
      eventName: 'ObjectCreated:Post',
      bucket,
      key: await keyOfForm(request.headers['content-type'] ?? '', request.body),
    };
  }
  if (request.method === 'PUT' && !hasUploadId) {
    const copied = request.headers['x-amz-copy-source'] !== undefined;
    return { eventName: copied ? 'ObjectCreated:Copy' : 'ObjectCreated:Put', bucket, key };
  }
  if (request.method === 'POST' && hasUploadId) {
    return { eventName: 'ObjectCreated:CompleteMultipartUpload', bucket, key };
  }
  return undefined;
}

/** Reads the key from a form; S3 replaces `${filename}` in it by the file's own name. */
async function keyOfForm(contentType: string, body: Buffer): Promise<string> {
  const parser = new Busboy({ headers: { 'content-type': contentType } });
  let key = '';
  let fileName = '';
  parser.on('field', (name, value) => {
    if (name === 'key') key = value;
  });
  parser.on('file', (_fieldName, file, name) => {
    fileName = name;
    file.resume();
  });
  const finished = once(parser, 'finish');
  parser.end(body);
  await finished;
  return key.replaceAll('${filename}', () => fileName);
}
