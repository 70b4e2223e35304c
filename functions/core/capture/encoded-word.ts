const encodedWord = /=\?utf-8\?([bq])\?([^?]*)\?=(?:\s+(?==\?))?/gi;

/**
 * Decodes RFC 2047 encoded words such as `=?UTF-8?B?7KCV66y4?=`: S3 returns metadata in this form where it is
 * not ASCII (User Guide, "Working with object metadata"). All other text is unchanged.
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
