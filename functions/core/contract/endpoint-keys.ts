/** What is wrong with an app key of the endpoint, in one sentence; undefined where it is usable. */
export function appKeyFault(appKey: string): string | undefined {
  return keyFault('app key', appKey);
}

/** The same for a secret key, which is the value of a header (RFC 9110, 5.5). */
export function secretKeyFault(secretKey: string): string | undefined {
  return keyFault('secret key', secretKey);
}

function keyFault(name: string, key: string): string | undefined {
  if (key === '') return `The ${name} is empty.`;
  return /^[\x21-\x7e]+$/.test(key)
    ? undefined
    : `The ${name} must have visible ASCII characters only, without spaces.`;
}
