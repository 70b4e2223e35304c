const maxUint16 = 0xffff;

/**
 * The part of a JPEG that shows its type and size: start of image and a baseline frame header (ITU-T T.81,
 * B.2.2).
 */
export function makeJpeg(width: number, height: number): Uint8Array {
  if (Math.max(width, height) > maxUint16)
    throw new RangeError('A JPEG is at most 65,535 pixels wide or high.');
  const frameHeader = Buffer.from('ffc0001108' + '0000' + '0000' + '03012200021101031101', 'hex');
  frameHeader.writeUInt16BE(height, 5);
  frameHeader.writeUInt16BE(width, 7);
  return Buffer.concat([Buffer.from('ffd8', 'hex'), frameHeader]);
}

/**
 * The part of a PNG that shows its type and size: signature and IHDR (ISO/IEC 15948, 11.2.2), its checksum
 * left at zero.
 */
export function makePng(width: number, height: number): Uint8Array {
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  const header = Buffer.from(
    '0000000d' + '49484452' + '00000000' + '00000000' + '0802000000' + '00000000',
    'hex',
  );
  header.writeUInt32BE(width, 8);
  header.writeUInt32BE(height, 12);
  return Buffer.concat([signature, header]);
}
