import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, test } from 'vitest';
import { objectCreatedEvent } from '../../../../cli/commands/backfill/object-created-event.ts';
import { imageIdOf } from '../../../../functions/core/message/uploaded-object.ts';
import { parseNotification } from '../../../../functions/core/message/notification.ts';

const etag = '0123456789abcdef0123456789abcdef';
const lastModified = new Date('2026-11-22T08:15:00.000Z');

const parsed = (object: { key: string; versionId?: string }) =>
  parseNotification(
    objectCreatedEvent('pictures', { sizeBytes: 1000, etag, lastModified, isArchived: false, ...object }),
  );

describe('the event of an object', () => {
  test('is parsed by the function as the listed object', () => {
    assert.deepEqual(parsed({ key: 'gate/1.jpg', versionId: 'v.1' }), {
      objects: [
        {
          imageId: imageIdOf('pictures', 'gate/1.jpg', { versionId: 'v.1' }),
          bucket: 'pictures',
          key: 'gate/1.jpg',
          versionId: 'v.1',
          etag,
          sizeBytes: 1000,
          uploadedAt: '2026-11-22T08:15:00.000Z',
        },
      ],
      faults: [],
    });
  });

  test('identifies the bytes by ETag if there is no version or the version is null', () => {
    const expected = imageIdOf('pictures', 'gate/1.jpg', { etag });
    for (const object of [{ key: 'gate/1.jpg' }, { key: 'gate/1.jpg', versionId: 'null' }]) {
      assert.equal(parsed(object).objects[0]?.imageId, expected);
    }
  });

  test('preserves every key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }), (key) => {
        assert.equal(parsed({ key }).objects[0]?.key, key);
      }),
      { seed: 20261122, examples: [['현관 1/a+b%20&=?.jpg'], ['//../\u0000\n']] },
    );
  });
});
