import assert from 'node:assert/strict';
import { buffer } from 'node:stream/consumers';
import { test } from 'vitest';
import { createCropStore } from '../../../functions/adapters/crop-store.ts';
import { OutsideError } from '../../../functions/core/record/reason.ts';
import { clientConfiguration } from './client-configuration.ts';
import { startServer } from './start-server.ts';

test('a crop is put as a JPEG, private, with nothing but its bytes', async (t) => {
  const requests: { url: string | undefined; headers: Record<string, unknown>; body: Buffer }[] = [];
  const { url } = await startServer(t, (request, response) => {
    void buffer(request).then((body) => {
      requests.push({ url: `${request.method} ${request.url}`, headers: request.headers, body });
      response.end();
    });
  });
  await createCropStore('crops', clientConfiguration(url)).put('abc.jpg', Buffer.from('a crop'));
  const [request] = requests;
  assert.ok(request);
  assert.match(request.url ?? '', /^PUT \/crops\/abc\.jpg/);
  assert.equal(request.headers['content-type'], 'image/jpeg');
  assert.equal(request.body.toString(), 'a crop');
  assert.deepEqual(
    Object.keys(request.headers).filter((name) => /^x-amz-(acl|meta|grant|tagging)/.test(name)),
    [],
  );
});

test('a refusal of S3 is an error with its code', async (t) => {
  const { url } = await startServer(t, (request, response) => {
    request.resume();
    response.writeHead(403, { 'content-type': 'application/xml' });
    response.end('<Error><Code>AccessDenied</Code><Message>No.</Message></Error>');
  });
  await assert.rejects(
    createCropStore('crops', clientConfiguration(url)).put('abc.jpg', Buffer.from('a crop')),
    (error) => error instanceof OutsideError && error.code === 'S3_ACCESSDENIED',
  );
});
