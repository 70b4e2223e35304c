/** The formats that are read; the endpoint takes JPEG and PNG, the others are converted for it. */
export type FileType = 'jpeg' | 'png' | 'webp' | 'avif';

/** The formats' names for people. */
export const fileTypeNames: Readonly<Record<FileType, string>> = {
  jpeg: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  avif: 'AVIF',
};

const jpegSignature = [0xff, 0xd8, 0xff];
const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** What a file of the ISO family says it is (ISO/IEC 14496-12, 4.3; the AV1 Image File Format, 6). */
const brandsOf = { avif: ['avif', 'avis'] } as const;

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
  return brands.some((brand) => brandsOf.avif.some((avif) => avif === brand)) ? 'avif' : undefined;
}

/** The major brand and the compatible ones; the four characters between them are a version. */
function brandsIn(box: string): readonly string[] {
  const fields = box.slice(8).match(/.{4}/gs) ?? [];
  return fields.filter((_, index) => index !== 1);
}
