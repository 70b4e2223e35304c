import sharp, { type Sharp } from 'sharp';

/**
 * A picture of four flat quarters: red, green, blue and white, clockwise from the top-left; 64×48 pixels
 * unless given.
 */
export function drawQuarters(width = 64, height = 48): Sharp {
  const [w, h] = [width / 2, height / 2];
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<rect width="${w}" height="${h}" fill="#f00"/><rect x="${w}" width="${w}" height="${h}" fill="#0f0"/>` +
    `<rect x="${w}" y="${h}" width="${w}" height="${h}" fill="#00f"/><rect y="${h}" width="${w}" height="${h}" fill="#fff"/></svg>`;
  return sharp(Buffer.from(svg)).removeAlpha();
}

/** A picture without any flat area, so that half of its file is half of its rows. */
export function drawNoise(width: number, height: number): Sharp {
  const pixels = Buffer.alloc(width * height * 3);
  let state = 1;
  for (let at = 0; at < pixels.length; at += 1) {
    state = (state * 48271) % 0x7fffffff;
    pixels[at] = state & 0xff;
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } });
}

/** The JPEG with another size in its frame header (ITU-T T.81, B.2.2), as a hostile file may have it. */
export function claimSize(jpeg: Uint8Array, width: number, height: number): Uint8Array {
  const claimed = Buffer.from(jpeg);
  const frame = Math.max(
    ...['ffc0', 'ffc2'].map((marker) => claimed.indexOf(Buffer.from(`${marker}0011`, 'hex'))),
  );
  claimed.writeUInt16BE(height, frame + 5);
  claimed.writeUInt16BE(width, frame + 7);
  return claimed;
}
