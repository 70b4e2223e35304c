import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import { describe, test, type TestContext } from 'vitest';
import { createPictureStore } from '../../../functions/adapters/picture-store.ts';
import type { UploadedObject } from '../../../functions/core/message/uploaded-object.ts';
import { OutsideError } from '../../../functions/core/record/reason.ts';
import { clientConfiguration } from './client-configuration.ts';
import { startServer } from './start-server.ts';
import { bucket, sendS3Error, startVersionedBucket } from './versioned-bucket.ts';
import { within } from './within.ts';

const firstBytes = Buffer.from('the bytes of the first upload');
const secondBytes = Buffer.from('other bytes under the same key');

function imageOf(key: string, bytes: { versionId: string } | { etag: string }): UploadedObject {
  return { imageId: 'not asked for', bucket, key, uploadedAt: '2026-11-22T10:00:00.000Z', ...bytes };
}

/** With a checksum, the SDK wraps the bytes in a stream of its own. */
const checksums = { 'without a checksum': {}, 'with a checksum': { 'x-amz-checksum-crc32': 'AAAAAA==' } };

const anyImage = imageOf('gate/1.jpg', { versionId: 'v1' });

async function startBucket(t: TestContext) {
  const stored = await startVersionedBucket(t);
  return { stored, pictures: createPictureStore(clientConfiguration(stored.url)) };
}

/** A store in front of an S3 that answers every request like this. */
async function storeWith(t: TestContext, listener: RequestListener) {
  const { url } = await startServer(t, listener);
  return createPictureStore(clientConfiguration(url));
}

/** S3 answers `failures` requests with this error, then with the first bytes. */
async function storeFailing(t: TestContext, status: number, code: string, failures = Infinity) {
  const requests: string[] = [];
  const pictures = await storeWith(t, (request, response) => {
    requests.push(request.url ?? '');
    if (requests.length <= failures) sendS3Error(response, status, code);
    else response.writeHead(200, { 'content-length': firstBytes.length }).end(firstBytes);
  });
  return { pictures, requests };
}

function isOutsideError(code: string) {
  return (error: unknown) => {
    assert(error instanceof OutsideError);
    assert.equal(error.code, code);
    return true;
  };
}

describe('other bytes are never read by mistake', () => {
  test('an object with a version is requested by that version', async (t) => {
    const { stored, pictures } = await startBucket(t);
    const { versionId } = stored.put('gate/1.jpg', { bytes: firstBytes });
    await pictures.fetch(imageOf('gate/1.jpg', { versionId }));
    const query = new URLSearchParams(stored.requests[0]?.path.split('?')[1]);
    assert.equal(query.get('versionId'), versionId);
  });

  test('an object without a version is requested by its quoted ETag', async (t) => {
    const { stored, pictures } = await startBucket(t);
    const { etag } = stored.put('gate/1.jpg', { bytes: firstBytes });
    await pictures.fetch(imageOf('gate/1.jpg', { etag }));
    assert.equal(stored.requests[0]?.ifMatch, `"${etag}"`);
  });

  test('an overwritten version is still read as it was', async (t) => {
    const { stored, pictures } = await startBucket(t);
    const { versionId } = stored.put('gate/1.jpg', { bytes: firstBytes });
    stored.put('gate/1.jpg', { bytes: secondBytes });
    const object = await pictures.fetch(imageOf('gate/1.jpg', { versionId }));
    assert.deepEqual(object, { kind: 'fetched', parts: [firstBytes], metadata: {} });
  });

  test('bytes overwritten in a bucket without versions are gone', async (t) => {
    const { stored, pictures } = await startBucket(t);
    const { etag } = stored.put('gate/1.jpg', { bytes: firstBytes });
    stored.put('gate/1.jpg', { bytes: secondBytes });
    const object = await pictures.fetch(imageOf('gate/1.jpg', { etag }));
    assert.equal(object.kind, 'gone');
    assert.equal(object.reason.code, 'OVERWRITTEN');
  });

  test('a deleted version is gone, though its key has another', async (t) => {
    const { stored, pictures } = await startBucket(t);
    const { versionId } = stored.put('gate/1.jpg', { bytes: firstBytes });
    stored.put('gate/1.jpg', { bytes: secondBytes });
    stored.deleteVersion('gate/1.jpg', versionId);
    const object = await pictures.fetch(imageOf('gate/1.jpg', { versionId }));
    assert.equal(object.kind, 'gone');
    assert.equal(object.reason.code, 'DELETED');
  });

  test('a deleted object of a bucket without versions is gone', async (t) => {
    const { pictures } = await startBucket(t);
    const object = await pictures.fetch(imageOf('gate/1.jpg', { etag: 'd41d8cd98f00b204e9800998ecf8427e' }));
    assert.equal(object.kind, 'gone');
    assert.equal(object.reason.code, 'DELETED');
  });

  test('bytes damaged on the way are an error', async (t) => {
    const pictures = await storeWith(t, (_request, response) => {
      response.writeHead(200, { 'content-length': firstBytes.length, 'x-amz-checksum-crc32': 'AAAAAA==' });
      response.end(firstBytes);
    });
    await assert.rejects(pictures.fetch(anyImage), OutsideError);
  });

  for (const [what, checksum] of Object.entries(checksums)) {
    test(`bytes cut off in the middle are an error, ${what}`, async (t) => {
      const pictures = await storeWith(t, (_request, response) => {
        response.writeHead(200, { 'content-length': firstBytes.length, ...checksum });
        response.write(firstBytes.subarray(0, 10), () => response.destroy());
      });
      await assert.rejects(pictures.fetch(anyImage), OutsideError);
    });
  }
});

describe('keys go out byte for byte', () => {
  const keys = [
    'gate 1/a+b.jpg',
    '100%/50%2B50.jpg',
    '서울 정문/123가4567.jpg',
    'night 🌙/🚗.jpg',
    `!"#$&'()*,:;<=>?@[\\]^_\`{|}~.jpg`,
    '/leading//double//slashes/',
    'dots/./../still the same key.jpg',
    'line\nbreak\tand\u0007bell.jpg',
    '가'.repeat(341),
  ];
  for (const key of keys) {
    test(`the bytes of ${JSON.stringify(key.slice(0, 40))} are found`, async (t) => {
      const { stored, pictures } = await startBucket(t);
      const { versionId } = stored.put(key, { bytes: firstBytes });
      const object = await pictures.fetch(imageOf(key, { versionId }));
      assert.equal(object.kind, 'fetched');
      assert.deepEqual(Buffer.concat(object.parts), firstBytes);
    });
  }
});

describe('metadata', () => {
  test('comes with the bytes', async (t) => {
    const { stored, pictures } = await startBucket(t);
    const metadata = { camera: 'gate-1', 'captured-at': '2026-11-22T10:00:00Z' };
    const { versionId } = stored.put('gate/1.jpg', { bytes: firstBytes, metadata });
    const object = await pictures.fetch(imageOf('gate/1.jpg', { versionId }));
    assert.deepEqual(object, { kind: 'fetched', parts: [firstBytes], metadata });
  });

  test('comes with a refusal', async (t) => {
    const { stored, pictures } = await startBucket(t);
    const { versionId } = stored.put('gate/1.jpg', {
      bytes: Buffer.alloc(0),
      metadata: { camera: 'gate-1' },
    });
    const object = await pictures.fetch(imageOf('gate/1.jpg', { versionId }));
    assert.equal(object.kind, 'refused');
    assert.deepEqual(object.metadata, { camera: 'gate-1' });
  });
});

describe('size', () => {
  test('an object of exactly 5 MB is fetched whole', async (t) => {
    const { stored, pictures } = await startBucket(t);
    const bytes = Buffer.alloc(5 * 1024 * 1024, 'plate');
    const { versionId } = stored.put('gate/1.jpg', { bytes });
    const object = await pictures.fetch(imageOf('gate/1.jpg', { versionId }));
    assert.equal(object.kind, 'fetched');
    assert.equal(Buffer.compare(Buffer.concat(object.parts), bytes), 0);
  });

  for (const [what, checksum] of Object.entries(checksums)) {
    test(`an empty object is refused, ${what}`, async (t) => {
      const pictures = await storeWith(t, (_request, response) => {
        response.writeHead(200, { 'content-length': 0, ...checksum }).end();
      });
      const object = await pictures.fetch(anyImage);
      assert.equal(object.kind, 'refused');
      assert.equal(object.reason.code, 'EMPTY');
    });
  }

  for (const [what, checksum] of Object.entries(checksums)) {
    test(`an object one byte over 32 MB is refused, ${what}`, async (t) => {
      const bytes = Buffer.alloc(32 * 1024 * 1024 + 1);
      const pictures = await storeWith(t, (_request, response) => {
        response.writeHead(200, { 'content-length': bytes.length, ...checksum }).end(bytes);
      });
      const object = await pictures.fetch(anyImage);
      assert.equal(object.kind, 'refused');
      assert.equal(object.reason.code, 'TOO_LARGE');
    });
  }

  test('hardly any byte of an object that is too large is read', async (t) => {
    const sizeBytes = 200 * 1024 * 1024;
    const chunk = Buffer.alloc(64 * 1024);
    let sentBytes = 0;
    const connectionClosed = Promise.withResolvers<undefined>();
    const pictures = await storeWith(t, (_request, response) => {
      response.writeHead(200, { 'content-length': sizeBytes });
      const chunks = function* () {
        for (; sentBytes < sizeBytes; sentBytes += chunk.length) yield chunk;
      };
      Readable.from(chunks()).pipe(response);
      void once(response, 'close').then(() => {
        connectionClosed.resolve(undefined);
      });
    });
    // The connection is released at once, not after the timeout of five seconds.
    const [object] = await within(4000, Promise.all([pictures.fetch(anyImage), connectionClosed.promise]));
    assert.equal(object.kind, 'refused');
    // The two ends of a loopback connection buffer a few megabytes.
    assert(sentBytes < 20 * 1024 * 1024, `${sentBytes} bytes were sent`);
  });
});

describe('an object that S3 does not give as it is stored is unavailable, with its own reason:', () => {
  for (const [what, status, code, message, reasonCode, mayPassSoon] of [
    [
      'archived',
      403,
      'InvalidObjectState',
      "The operation is not valid for the object's storage class",
      'ARCHIVED',
      false,
    ],
    [
      'encrypted with a key of its uploader',
      400,
      'InvalidRequest',
      'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
      'CUSTOMER_KEY',
      false,
    ],
    [
      'a KMS key that refuses the role',
      403,
      'AccessDenied',
      'User: arn:aws:sts::111122223333:assumed-role/r/f is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:k because no resource-based policy allows the kms:Decrypt action',
      'KMS_KEY_REFUSED',
      true,
    ],
    [
      'a KMS key of another account',
      403,
      'AccessDenied',
      'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
      'KMS_KEY_REFUSED',
      true,
    ],
    [
      'a disabled KMS key',
      400,
      'KMS.DisabledException',
      'arn:aws:kms:k is disabled.',
      'KMS_KEY_REFUSED',
      true,
    ],
  ] as const) {
    test(what, async (t) => {
      const pictures = await storeWith(t, (_request, response) => {
        sendS3Error(response, status, code, message);
      });
      const object = await pictures.fetch(anyImage);
      assert(object.kind === 'unavailable');
      assert.deepEqual([object.reason.code, object.mayPassSoon], [reasonCode, mayPassSoon]);
    });
  }
});

describe('a failure of S3 says nothing about the picture', () => {
  test('a request that S3 finds invalid for another reason is an error', async (t) => {
    const { pictures } = await storeFailing(t, 400, 'InvalidRequest');
    await assert.rejects(pictures.fetch(anyImage), isOutsideError('S3_INVALIDREQUEST'));
  });

  test('a throttled read is retried', async (t) => {
    const { pictures } = await storeFailing(t, 503, 'SlowDown', 1);
    const object = await pictures.fetch(anyImage);
    assert.equal(object.kind, 'fetched');
  });

  test('a read that stays throttled ends after three attempts', async (t) => {
    const { pictures, requests } = await storeFailing(t, 503, 'SlowDown');
    await assert.rejects(pictures.fetch(anyImage), isOutsideError('S3_SLOWDOWN'));
    assert.equal(requests.length, 3);
  });

  test('a denied read is an error', async (t) => {
    const { pictures } = await storeFailing(t, 403, 'AccessDenied');
    await assert.rejects(pictures.fetch(anyImage), isOutsideError('S3_ACCESSDENIED'));
  });

  test('a missing bucket is an error, not a missing picture', async (t) => {
    const { pictures } = await storeFailing(t, 404, 'NoSuchBucket');
    await assert.rejects(pictures.fetch(anyImage), isOutsideError('S3_NOSUCHBUCKET'));
  });

  test('a 404 that is not from S3 is an error, not a missing picture', async (t) => {
    const pictures = await storeWith(t, (_request, response) => {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<html><body>nobody here</body></html>');
    });
    await assert.rejects(pictures.fetch(anyImage), OutsideError);
  });

  for (const [what, checksum] of Object.entries(checksums)) {
    test(`a reply without a size does not make the object empty, ${what}`, async (t) => {
      const pictures = await storeWith(t, (_request, response) => {
        response.writeHead(200, { 'transfer-encoding': 'chunked', ...checksum }).end('some bytes');
      });
      await assert.rejects(pictures.fetch(anyImage), isOutsideError('S3_NO_SIZE'));
    });
  }

  for (const [what, checksum] of Object.entries(checksums)) {
    test(`a stalled body is aborted after five seconds, ${what}`, async (t) => {
      const pictures = await storeWith(t, (_request, response) => {
        response.writeHead(200, { 'content-length': firstBytes.length, ...checksum });
        response.write(firstBytes.subarray(0, 10));
      });
      const startedAt = performance.now();
      await assert.rejects(within(6000, pictures.fetch(anyImage)), OutsideError);
      const tookMs = performance.now() - startedAt;
      assert(tookMs > 4500, `it took ${tookMs} ms`);
    });
  }
});
