import assert from 'node:assert/strict';
import { test } from 'vitest';
import { fileTypeOf } from '../../../../functions/core/picture/file-type.ts';

/** A file of the ISO family with these brands, the first of them major. */
function fileOfBrands(major: string, ...compatible: readonly string[]): Uint8Array {
  const box = Buffer.from(`\0\0\0\0ftyp${major}\0\0\0\0${compatible.join('')}`, 'latin1');
  box.writeUInt32BE(box.length);
  return Buffer.concat([box, Buffer.from('\0\0\0\x08heicavif', 'latin1')]);
}

for (const [what, bytes, type] of [
  ['an AVIF', fileOfBrands('avif', 'mif1', 'miaf'), 'avif'],
  ['an AVIF whose major brand is that of all pictures', fileOfBrands('mif1', 'avif'), 'avif'],
  ['a HEIC of a phone', fileOfBrands('heic', 'mif1', 'heic'), 'heic'],
  ['a HEIC whose major brand is that of all pictures', fileOfBrands('mif1', 'heic'), 'heic'],
  ['a film', fileOfBrands('mp42', 'isom'), undefined],
  ['a film whose version looks like a brand', fileOfBrands('isom', 'isom'), undefined],
  ['a WebP', Buffer.from('RIFF\0\0\0\0WEBPVP8 ', 'latin1'), 'webp'],
  ['a sound', Buffer.from('RIFF\0\0\0\0WAVEfmt ', 'latin1'), undefined],
  ['nothing', new Uint8Array(), undefined],
  ['a box of no size', Buffer.from('\0\0\0\0ftypheic', 'latin1'), undefined],
] as const) {
  test(`${what} is known by its brands, and not by what follows: ${type ?? 'none'}`, () => {
    assert.equal(fileTypeOf(bytes), type);
  });
}
