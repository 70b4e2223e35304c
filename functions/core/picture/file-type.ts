/** The formats that the endpoint reads. */
export type FileType = 'jpeg' | 'png';

const signatures = {
  jpeg: [0xff, 0xd8, 0xff],
  png: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
} as const;

/** How many of a file's first bytes decide its type. */
export const signatureBytes = 8;

/** The type of a file by its first bytes, whatever its name; undefined where it is neither JPEG nor PNG. */
export function fileTypeOf(firstBytes: Uint8Array): FileType | undefined {
  const startsWith = (signature: readonly number[]) =>
    signature.every((byte, index) => firstBytes[index] === byte);
  if (startsWith(signatures.jpeg)) return 'jpeg';
  if (startsWith(signatures.png)) return 'png';
  return undefined;
}
