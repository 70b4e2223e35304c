/** A key as S3 writes it in its notifications: form encoding (a space is `+`), but a slash stays a slash. */
export function encodeEventKey(key: string): string {
  return new URLSearchParams([['', key]]).toString().slice('='.length).replaceAll('%2F', '/');
}

/**
 * The key of a notification or a listing with `encoding-type=url`; undefined where the encoding is broken.
 */
export function decodeEventKey(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
