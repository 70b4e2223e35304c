/** What is wrong with an app key of the endpoint, in a sentence; undefined where nothing is. */
export function appKeyFault(appKey: string): string | undefined {
  return appKey === '' ? 'The app key is empty.' : undefined;
}

/** The same of a secret key, which goes into a header as it is (RFC 9110, 5.5). */
export function secretKeyFault(secretKey: string): string | undefined {
  if (secretKey === '') return 'The secret key is empty.';
  return /^[\x21-\x7e]+$/.test(secretKey)
    ? undefined
    : 'The secret key may hold visible ASCII characters only, and no space.';
}
