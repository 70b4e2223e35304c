/** The formats that are read; the endpoint takes JPEG and PNG, the others are converted for it. */
export type FileType = 'jpeg' | 'png' | 'webp' | 'avif' | 'heic';

/** The formats' names for people. */
export const fileTypeNames: Readonly<Record<FileType, string>> = {
  jpeg: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  avif: 'AVIF',
  heic: 'HEIC',
};

const jpegSignature = [0xff, 0xd8, 0xff];
const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * What a file of the ISO family says it is (ISO/IEC 14496-12, 4.3; AV1 Image File Format, 6; ISO/IEC 23008-12,
 * 10). An AVIF can have brands of both lists.
 */
const avifBrands = ['avif', 'avis'];
const heicBrands = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'];

/** How many of a file's first bytes decide its type. */
export const signatureBytes = 64;

/** The type of a file by its first bytes, whatever its name; undefined where it is none that is read. */
export function fileTypeOf(file: Uint8Array): FileType | undefined {
  const bytes = file.subarray(0, signatureBytes);
  const startsWith = (signature: readonly number[]) =>
    signature.every((byte, index) => bytes[index] === byte);
  if (startsWith(jpegSignature)) return 'jpeg';
  if (startsWith(pngSignature)) return 'png';
  const text = String.fromCharCode(...bytes);
  if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) return 'webp';
  if (!text.startsWith('ftyp', 4)) return undefined;
  const brands = brandsIn(text.slice(0, bytes[3]));
  if (brands.some((brand) => avifBrands.includes(brand))) return 'avif';
  return brands.some((brand) => heicBrands.includes(brand)) ? 'heic' : undefined;
}

/** The major brand and the compatible ones; the four characters between them are a version. */
function brandsIn(box: string): readonly string[] {
  const fields = box.slice(8).match(/.{4}/gs) ?? [];
  return fields.filter((_, index) => index !== 1);
}
