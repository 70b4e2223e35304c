import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'vitest';
import { openPicture } from '../../../functions/plate-reader/open-picture.ts';

const heicOf = (name: string) =>
  readFileSync(new URL(`../../../infra/local/samples/heic/${name}`, import.meta.url));

/** The HEIC with another size in its property `ispe`, as a hostile file may have it. */
function claimHeicSize(heic: Buffer, width: number, height: number): Buffer {
  const claimed = Buffer.from(heic);
  const sizeAt = claimed.indexOf('ispe') + 8;
  claimed.writeUInt32BE(width, sizeAt);
  claimed.writeUInt32BE(height, sizeAt + 4);
  return claimed;
}

describe('a HEIC', () => {
  for (const name of ['phone.heic', 'portrait.heic', 'ten-bits.heic']) {
    test(`is decoded upright, with 8 bits: ${name}`, async () => {
      const opening = await openPicture(heicOf(name));
      assert.ok(opening.kind === 'opened');
      const expected = { fileType: 'heic', width: 1280, height: 720, orientation: 1 };
      assert.deepEqual(opening.header, expected);
      const rendering = await opening.render((image) => image.raw());
      assert.ok(rendering.kind === 'rendered');
      assert.deepEqual([rendering.width, rendering.height], [1280, 720]);
      assert.equal(rendering.bytes.length, 1280 * 720 * 3);
    });
  }

  test('can be rendered again, larger or smaller', async () => {
    const opening = await openPicture(heicOf('phone.heic'));
    assert.ok(opening.kind === 'opened');
    for (const width of [640, 320]) {
      const rendering = await opening.render((image) => image.resize({ width }).jpeg());
      assert.ok(rendering.kind === 'rendered' && rendering.width === width);
    }
  });

  test('that is damaged or truncated is refused', async () => {
    const heic = heicOf('phone.heic');
    for (let cut = 30; cut < heic.length; cut += 3331) {
      const opening = await openPicture(heic.subarray(0, cut));
      const result = opening.kind === 'opened' ? await opening.render((image) => image.raw()) : opening;
      assert.ok(result.kind === 'refused', `${cut} bytes`);
      assert.ok(['UNREADABLE_HEADER', 'DAMAGED_PICTURE'].includes(result.reason.code));
    }
  });

  test('that says that it has too many pixels is refused before it is decoded', async () => {
    for (const [width, height] of [
      [8000, 7500],
      [60_000, 60_000],
    ] as const) {
      const opening = await openPicture(claimHeicSize(heicOf('phone.heic'), width, height));
      assert.ok(opening.kind === 'refused');
      assert.equal(opening.reason.code, 'TOO_MANY_PIXELS');
    }
  });
});
