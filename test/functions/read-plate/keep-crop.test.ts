import assert from 'node:assert/strict';
import { test } from 'vitest';
import { OutsideError } from '../../../functions/core/record/reason.ts';
import { createKeepCrop } from '../../../functions/read-plate/keep-crop.ts';
import { box } from '../../fakes/scripted-endpoint.ts';

const recorded = {
  imageId: 's3://pictures/gate/1.jpg?versionId=v1',
  readAt: '2026-11-22T08:15:04.000Z',
  parts: [Buffer.from('picture')],
  box,
};
const jpeg = Buffer.from('crop');
const plenty = () => 60_000;
const denied = new OutsideError('S3_ACCESSDENIED', 'Denied.', undefined);

function makeKeepCrop({ put, nameCrop }: { put?: () => Promise<void>; nameCrop?: () => Promise<void> } = {}) {
  const done: unknown[] = [];
  const keepCrop = createKeepCrop({
    cutCrop(parts, cutBox) {
      done.push(['cut', parts, cutBox]);
      return Promise.resolve({ kind: 'cut', jpeg });
    },
    crops: {
      put(key, bytes) {
        done.push(['put', key, bytes]);
        return put?.() ?? Promise.resolve();
      },
    },
    table: {
      nameCrop(imageId, readAt, cropKey) {
        done.push(['name', imageId, readAt, cropKey]);
        return nameCrop?.() ?? Promise.resolve();
      },
    },
  });
  return { keepCrop, done };
}

/** SHA-256 of the image's id. */
const cropKey = '3e272b3715f119c734e8edec3a637ea58f702c3bdd739c60003d1126c5299bf7.jpg';

test('a crop is cut, stored and then named in its record, under a key without plate, camera or time', async () => {
  const { keepCrop, done } = makeKeepCrop();
  assert.equal(await keepCrop(recorded, plenty), undefined);
  assert.deepEqual(done, [
    ['cut', recorded.parts, box],
    ['put', cropKey, jpeg],
    ['name', recorded.imageId, recorded.readAt, cropKey],
  ]);
});

test('a crop that is not stored is not named', async () => {
  const { keepCrop, done } = makeKeepCrop({ put: () => Promise.reject(denied) });
  assert.deepEqual(await keepCrop(recorded, plenty), { code: 'S3_ACCESSDENIED', message: 'Denied.' });
  assert.equal(done.length, 2);
});

test('an unknown error is a reason too, and no exception', async () => {
  const { keepCrop } = makeKeepCrop({ nameCrop: () => Promise.reject(new TypeError('123가4567')) });
  const reason = await keepCrop(recorded, plenty);
  assert.equal(reason?.code, 'UNKNOWN');
  assert.doesNotMatch(reason.message, /가/);
});

test('no crop is begun that the invocation may have no time to finish', async () => {
  const { keepCrop, done } = makeKeepCrop();
  assert.equal((await keepCrop(recorded, () => 10_000))?.code, 'OUT_OF_TIME');
  assert.deepEqual(done, []);
});
