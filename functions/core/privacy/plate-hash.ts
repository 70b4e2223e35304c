/** Returns the keyed hash of a text in hexadecimal digits. */
export type HashText = (text: string) => string;

/** Keyed hashes of a plate. */
type PlateHashes = {
  readonly plateHash: string;
  /** Absent where the plate does not end in four digits. */
  readonly lastFourHash?: string;
};

/** Before a hash in an index. The form of plates for search has no small letters, so no plate begins so. */
const mark = 'hash:';

/** The hashes of a plate, which is in the form for search. */
export function hashesOf(plateKey: string, hash: HashText): PlateHashes {
  const lastFour = /[0-9]{4}$/.exec(plateKey)?.[0];
  return {
    plateHash: hash(plateKey),
    ...(lastFour === undefined ? {} : { lastFourHash: lastFourHashOf(lastFour, hash) }),
  };
}

/** The hash of four digits, which differs from that of a plate of these digits. */
export function lastFourHashOf(lastFour: string, hash: HashText): string {
  return hash(`last-four:${lastFour}`);
}

/** The index keys of a record that has hashes instead of a plate. */
export function indexKeysOf({ plateHash, lastFourHash }: PlateHashes) {
  return {
    plateKey: keyOfHash(plateHash),
    ...(lastFourHash === undefined ? {} : { lastFour: keyOfHash(lastFourHash) }),
  };
}

/** The index key of a hash. */
export function keyOfHash(hash: string): string {
  return `${mark}${hash}`;
}

/** The hash in an index key; undefined where the key is a plate. */
export function hashInKey(key: string): string | undefined {
  return key.startsWith(mark) ? key.slice(mark.length) : undefined;
}

/** A plate for people, or the beginning of its hash, which tells cars apart; undefined where there is neither. */
export function plateTextOf({
  plate,
  plateHash,
}: {
  readonly plate?: string | undefined;
  readonly plateHash?: string | undefined;
}): string | undefined {
  return plate ?? (plateHash === undefined ? undefined : `#${plateHash.slice(0, 8)}`);
}
