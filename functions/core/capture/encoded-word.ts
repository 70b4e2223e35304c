const encodedWord = /=\?utf-8\?([bq])\?([^?]*)\?=(?:\s+(?==\?))?/gi;

/**
 * Text as it was meant: S3 returns metadata that is not ASCII as RFC 2047 encoded words, `=?UTF-8?B?7KCV66y4?=` (User Guide,
 * "Working with object metadata"). Anything else stays as it is.
 */
export function decodeEncodedWords(text: string): string {
  return text.replace(encodedWord, (_word, encoding: string, encoded: string) =>
    encoding.toLowerCase() === 'b' ? Buffer.from(encoded, 'base64').toString() : decodeQ(encoded),
  );
}

function decodeQ(encoded: string): string {
  const bytes = encoded
    .replaceAll('_', ' ')
    .replace(/=([0-9a-f]{2})/gi, (_escape, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString();
}
