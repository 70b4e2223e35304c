import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { parseNotification } from '../../../../functions/core/message/notification.ts';
import { makeEventBridgeBody, makeS3Body, makeS3Record, wrapInSns } from '../../../fakes/s3-events.ts';

const nothing = { objects: [], faults: [] };

const announced = {
  imageId: 's3://pictures/gate/1.jpg?versionId=v1',
  bucket: 'pictures',
  key: 'gate/1.jpg',
  versionId: 'v1',
  etag: '0123456789abcdef0123456789abcdef',
  sizeBytes: 1000,
  uploadedAt: '2026-11-22T08:15:00.000Z',
};
const direct = makeS3Body(makeS3Record({ key: 'gate/1.jpg', versionId: 'v1' }));
const throughEventBridge = makeEventBridgeBody({ key: 'gate/1.jpg', 'version-id': 'v1' });

function keysOf(body: string): string[] {
  return parseNotification(body).objects.map(({ key }) => key);
}

describe('the same object is announced', () => {
  for (const [envelope, body] of [
    ['by S3 itself, or by SNS with raw delivery', direct],
    ['by S3 through SNS', wrapInSns(direct)],
    ['by EventBridge', throughEventBridge],
    ['by EventBridge through SNS', wrapInSns(throughEventBridge)],
    ['by S3 through three envelopes of SNS', wrapInSns(wrapInSns(wrapInSns(direct)))],
  ] as const) {
    test(envelope, () => {
      assert.deepEqual(parseNotification(body), { objects: [announced], faults: [] });
    });
  }
});

test('every record of a body is announced, in its order', () => {
  const body = makeS3Body(makeS3Record({ key: '1.jpg' }), makeS3Record({ key: '2.jpg' }));
  assert.deepEqual(keysOf(body), ['1.jpg', '2.jpg']);
});

for (const eventName of [
  'ObjectCreated:Put',
  'ObjectCreated:Copy',
  'ObjectCreated:CompleteMultipartUpload',
]) {
  test(`${eventName} announces an object`, () => {
    assert.equal(keysOf(makeS3Body(makeS3Record({ key: '1.jpg' }, { eventName }))).length, 1);
  });
}

describe("S3's own notification gives the key decoded as form data", () => {
  for (const [encoded, key] of [
    ['a+b.jpg', 'a b.jpg'],
    ['a%20b.jpg', 'a b.jpg'],
    ['a%2Bb.jpg', 'a+b.jpg'],
    ['a%252Bb.jpg', 'a%2Bb.jpg'],
    ['a%2Fb%3Fc%23d%26e%3Df.jpg', 'a/b?c#d&e=f.jpg'],
    ['%EC%A0%95%EB%AC%B8.jpg', '정문.jpg'],
    ['%F0%9F%9A%97.jpg', '🚗.jpg'],
    ['%22%0D%0A%22.jpg', '"\r\n".jpg'],
    ['..%2F..%2Fetc%2Fpasswd', '../../etc/passwd'],
    ['__proto__', '__proto__'],
  ] as const) {
    test(encoded, () => {
      assert.deepEqual(keysOf(makeS3Body(makeS3Record({ key: encoded }))), [key]);
    });
  }
});

describe('a folder that S3’s console makes is no picture', () => {
  for (const [what, body] of [
    ['by S3 itself', makeS3Body(makeS3Record({ key: 'gate/', size: 0 }))],
    ['by EventBridge', makeEventBridgeBody({ key: 'gate/', size: 0 })],
  ] as const) {
    test(`announced ${what}, it is ignored`, () => {
      assert.deepEqual(parseNotification(body), nothing);
    });
  }

  test('but bytes under such a name are, and an empty file under another name', () => {
    assert.deepEqual(keysOf(makeS3Body(makeS3Record({ key: 'gate/', size: 1 }))), ['gate/']);
    assert.deepEqual(keysOf(makeS3Body(makeS3Record({ key: 'gate/1.jpg', size: 0 }))), ['gate/1.jpg']);
  });
});

test('EventBridge gives the key as it is', () => {
  assert.deepEqual(keysOf(makeEventBridgeBody({ key: 'a+b%2B 정문.jpg' })), ['a+b%2B 정문.jpg']);
});

test('hangul in composed and in decomposed form are two keys, and two objects', () => {
  const composed = makeS3Record({ key: encodeURIComponent('가.jpg'.normalize('NFC')) });
  const decomposed = makeS3Record({ key: encodeURIComponent('가.jpg'.normalize('NFD')) });
  const { objects } = parseNotification(makeS3Body(composed, decomposed));
  assert.deepEqual(
    objects.map(({ key }) => key),
    ['가.jpg'.normalize('NFC'), '가.jpg'.normalize('NFD')],
  );
  assert.equal(new Set(objects.map(({ imageId }) => imageId)).size, 2);
});

for (const [form, key] of [
  ['ASCII', 'k'.repeat(1024)],
  ['hangul', '가'.repeat(341) + 'k'],
] as const) {
  test(`a key of 1,024 bytes of ${form} is read whole`, () => {
    assert.deepEqual(keysOf(makeS3Body(makeS3Record({ key: encodeURIComponent(key) }))), [key]);
  });

  test(`a key of 1,025 bytes of ${form} is a fault`, () => {
    const { objects, faults } = parseNotification(
      makeS3Body(makeS3Record({ key: encodeURIComponent(key + 'k') })),
    );
    assert.deepEqual([objects.length, faults.length], [0, 1]);
  });
}

describe('the bytes are named', () => {
  const etag = 'd41d8cd98f00b204e9800998ecf8427e';
  for (const [what, named, imageId] of [
    ['by the version', { versionId: 'v2', eTag: etag }, 's3://pictures/1.jpg?versionId=v2'],
    ['by the version where there is no ETag', { versionId: 'v2' }, 's3://pictures/1.jpg?versionId=v2'],
    ['by the ETag where there is no version', { eTag: etag }, `s3://pictures/1.jpg?etag=${etag}`],
    [
      'by the ETag where the version is null',
      { versionId: null, eTag: etag },
      `s3://pictures/1.jpg?etag=${etag}`,
    ],
    [
      'by the ETag where the version is "null"',
      { versionId: 'null', eTag: etag },
      `s3://pictures/1.jpg?etag=${etag}`,
    ],
    ['by the ETag without its quotes', { eTag: `"${etag}"` }, `s3://pictures/1.jpg?etag=${etag}`],
  ] as const) {
    test(what, () => {
      const [object] = parseNotification(makeS3Body(makeS3Record({ key: '1.jpg', ...named }))).objects;
      assert.equal(object?.imageId, imageId);
    });
  }

  test('never by the version "null", which later bytes share', () => {
    const [object] = parseNotification(makeS3Body(makeS3Record({ key: '1.jpg', versionId: 'null' }))).objects;
    assert.ok(object && !('versionId' in object));
  });
});

test('the time of the upload is given in UTC with milliseconds, whatever its zone', () => {
  const record = makeS3Record({ key: '1.jpg' }, { eventTime: '2026-11-22T17:15:00+09:00' });
  assert.equal(parseNotification(makeS3Body(record)).objects[0]?.uploadedAt, '2026-11-22T08:15:00.000Z');
});

test('an event without a size still announces its object', () => {
  const [object] = parseNotification(makeEventBridgeBody({ key: '1.jpg', size: undefined })).objects;
  assert.ok(object && !('sizeBytes' in object));
});

describe('nothing is for us, and nothing is wrong, in', () => {
  const testEvent = JSON.stringify({
    Service: 'Amazon S3',
    Event: 's3:TestEvent',
    Time: '2026-11-22T08:15:00.000Z',
    Bucket: 'pictures',
    RequestId: '5582815E1AEA5ADF',
    HostId: '8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE',
  });
  for (const [what, body] of [
    ['the test event of S3', testEvent],
    ['the test event of S3 through SNS', wrapInSns(testEvent)],
    ['a removal', makeS3Body(makeS3Record({ key: '1.jpg' }, { eventName: 'ObjectRemoved:Delete' }))],
    [
      'a delete marker',
      makeS3Body(makeS3Record({ key: '1.jpg' }, { eventName: 'ObjectRemoved:DeleteMarkerCreated' })),
    ],
    [
      'a removal in an event of EventBridge',
      makeEventBridgeBody({ key: '1.jpg' }, { 'detail-type': 'Object Deleted' }),
    ],
  ] as const) {
    test(what, () => {
      assert.deepEqual(parseNotification(body), nothing);
    });
  }
});

const canary = 'CANARY-12가3456';

/** Each holds the canary where it can, which no fault may quote. */
const faultyBodies: readonly (readonly [what: string, body: string])[] = [
  ['an empty body', ''],
  ['no JSON', canary],
  ['torn JSON', direct.slice(0, -1)],
  ['null', 'null'],
  ['a number', '7'],
  ['a string of JSON', JSON.stringify(canary)],
  ['a list', `["${canary}"]`],
  ['JSON that is no event', JSON.stringify({ greeting: canary })],
  ['no records', '{"Records":[]}'],
  ['a record that is none', `{"Records":["${canary}"]}`],
  ['records only behind __proto__', `{"__proto__":${direct}}`],
  ['an event of another source', makeS3Body(makeS3Record({ key: canary }, { eventSource: 'aws:sns' }))],
  ['an event of EventBridge from another source', makeEventBridgeBody({ key: canary }, { source: canary })],
  [
    'an event without an object',
    makeS3Body(makeS3Record({ key: '1.jpg' }, { s3: { bucket: { name: canary } } })),
  ],
  [
    'an event without a key',
    makeS3Body(makeS3Record({ key: '1.jpg' }, { s3: { bucket: { name: canary }, object: { size: 1 } } })),
  ],
  ['an event of EventBridge without a key', makeEventBridgeBody({ etag: canary })],
  ['an empty key', makeS3Body(makeS3Record({ key: '' }))],
  ['torn percent-encoding', makeS3Body(makeS3Record({ key: `${canary}%E0%A4` }))],
  ['a percent sign that encodes nothing', makeS3Body(makeS3Record({ key: `${canary}%zz` }))],
  ['half of an emoji as key', makeEventBridgeBody({ key: `${canary}\ud83d` })],
  ['half of an emoji in a form-encoded key', makeS3Body(makeS3Record({ key: `${canary}\ud83d` }))],
  ['neither version nor ETag', makeEventBridgeBody({ key: canary, etag: undefined })],
  [
    'an empty version and an empty ETag',
    makeS3Body(makeS3Record({ key: canary, versionId: '', eTag: '""' })),
  ],
  ['a size that is none', makeS3Body(makeS3Record({ key: canary, size: -1 }))],
  ['four envelopes of SNS', wrapInSns(wrapInSns(wrapInSns(wrapInSns(direct))))],
  ['SNS around no JSON', wrapInSns(canary)],
];

for (const [what, body] of faultyBodies) {
  test(`${what} is one fault, which quotes nothing of the body`, () => {
    const { objects, faults } = parseNotification(body);
    assert.deepEqual([objects.length, faults.length], [0, 1]);
    assert.doesNotMatch(faults.join(), /CANARY|12가3456/);
  });
}

test('an unreadable record does not spoil the next one', () => {
  const torn = makeS3Record({ key: '%E0%A4' });
  const { objects, faults } = parseNotification(makeS3Body(torn, makeS3Record({ key: '2.jpg' }), {}));
  assert.deepEqual(
    objects.map(({ key }) => key),
    ['2.jpg'],
  );
  assert.equal(faults.length, 2);
});

test('a fault names what is missing', () => {
  const record = makeS3Record({ key: '1.jpg' }, { s3: { object: { key: '1.jpg' } } });
  assert.deepEqual(parseNotification(makeS3Body(record)).faults, ['An S3 event is incomplete: s3.bucket.']);
});

for (const object of [{ versionId: '\ud83d' }, { eTag: '\ud83d' }]) {
  test(`half of an emoji as ${Object.keys(object).join()} is a fault, and the other record is announced`, () => {
    const { objects, faults } = parseNotification(
      makeS3Body(makeS3Record({ key: '1.jpg', ...object }), makeS3Record({ key: '2.jpg' })),
    );
    assert.deepEqual([objects.length, faults.length], [1, 1]);
  });
}

test('no version is so long that its image id does not fit a partition key of DynamoDB', () => {
  const key = '%EA%B0%80'.repeat(341);
  const { objects } = parseNotification(makeS3Body(makeS3Record({ key, versionId: 'v'.repeat(1024) })));
  assert.deepEqual(
    objects.map(({ imageId }) => Buffer.byteLength(imageId) <= 2048),
    [true],
  );
  const tooLong = parseNotification(makeS3Body(makeS3Record({ key, versionId: 'v'.repeat(1025) })));
  assert.deepEqual([tooLong.objects.length, tooLong.faults.length], [0, 1]);
});

test('thousands of faulty records make a few sentences, not thousands', () => {
  const { faults } = parseNotification(JSON.stringify({ Records: new Array<number>(50_000).fill(0) }));
  assert.deepEqual(faults, ['A record is not an S3 event.']);
});

describe('an event whose own time is no moment', () => {
  const sentAt = '2026-11-22T08:15:30.000Z';
  for (const [what, eventTime] of Object.entries({
    'has no zone': '2026-11-22T08:15:00',
    'is no time': canary,
    'is missing': undefined,
    'is a number': 1_763_799_300,
    'is led out of the years 0 to 9999 by its zone': '9999-12-31T23:59:59-23:59',
  })) {
    for (const [whose, body] of Object.entries({
      S3: makeS3Body(makeS3Record({ key: '1.jpg' }, { eventTime })),
      EventBridge: makeEventBridgeBody({ key: '1.jpg' }, { time: eventTime }),
    })) {
      test(`because it ${what} has that of its message: ${whose}`, () => {
        const { objects, faults } = parseNotification(body, sentAt);
        assert.deepEqual(
          objects.map(({ uploadedAt }) => uploadedAt),
          [sentAt],
        );
        assert.deepEqual(faults, []);
      });

      test(`because it ${what} is a fault where nothing else has a time: ${whose}`, () => {
        assert.deepEqual(parseNotification(body), {
          objects: [],
          faults: ['An S3 event has no readable time.'],
        });
      });
    }
  }
});
