// npm run draw:heic: makes the committed HEIC files of a sample. It needs heif-enc, of Debian's package
// libheif-examples: no library of this project writes HEIC.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { readSample } from './samples.ts';

const sample = sharp(readSample('day.jpg'));

/** The files that heif-enc gets. */
const sources = {
  'phone.heic': { file: 'phone.png', image: sample.clone().png(), parameters: [] },
  'portrait.heic': {
    file: 'portrait.png',
    image: sample.clone().rotate(270).png(),
    parameters: [],
  },
  'ten-bits.heic': {
    file: 'ten-bits.png',
    image: sample.clone().toColourspace('rgb16').png(),
    parameters: ['--bit-depth', '10'],
  },
} as const;

const folder = await mkdtemp(path.join(tmpdir(), 'plateline-heic-'));
try {
  for (const [name, { file, image, parameters }] of Object.entries(sources)) {
    const source = path.join(folder, file);
    await image.toFile(source);
    const made = fileURLToPath(new URL(`heic/${name}`, import.meta.url));
    await promisify(execFile)('heif-enc', ['--quality', '60', ...parameters, '--output', made, source]);
    if (name === 'portrait.heic') await writeFile(made, turnedBack(await readFile(made)));
  }
} finally {
  await rm(folder, { recursive: true });
}

/**
 * heif-enc writes no turn, as phones do (`irot`; ISO/IEC 23008-12, 6.5.10). So one takes the place of the last
 * property, the number of bits (`pixi`, 16 bytes), with zeros behind it: no other byte moves.
 */
function turnedBack(heic: Buffer): Buffer {
  const sizeBytes = 16;
  const bits = heic.indexOf('pixi') - 4;
  if (heic.readUInt32BE(bits) !== sizeBytes) throw new Error('heif-enc writes the number of bits otherwise.');
  const turn = Buffer.alloc(sizeBytes);
  turn.writeUInt32BE(sizeBytes);
  turn.write('irot', 4);
  // Quarter turns, anticlockwise.
  turn.writeUInt8(3, 8);
  return Buffer.concat([heic.subarray(0, bits), turn, heic.subarray(bits + sizeBytes)]);
}
