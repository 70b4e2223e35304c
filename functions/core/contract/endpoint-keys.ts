/** What is wrong with an app key of the endpoint, in a sentence; undefined where nothing is. */
export function appKeyFault(appKey: string): string | undefined {
  return keyFault('app key', appKey);
}

/** The same of a secret key, which goes into a header as it is (RFC 9110, 5.5). */
export function secretKeyFault(secretKey: string): string | undefined {
  return keyFault('secret key', secretKey);
}

function keyFault(name: string, key: string): string | undefined {
  if (key === '') return `The ${name} is empty.`;
  return /^[\x21-\x7e]+$/.test(key)
    ? undefined
    : `The ${name} may hold visible ASCII characters only, and no space.`;
}
