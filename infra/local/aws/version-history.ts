/** One version of a key, or a delete marker. */
export interface ObjectVersion {
  readonly key: string;
  /** The text `null` for what was written while versioning was suspended. */
  readonly versionId: string;
  readonly lastModified: Date;
  /** Absent on a delete marker. */
  readonly object?: StoredObject;
}

/** The bytes of a version. */
export interface StoredObject {
  /** The key of the bytes in the bucket that holds those of all versions. */
  readonly storedAs: string;
  /** With the quotes of the HTTP header. */
  readonly etag: string;
  readonly sizeBytes: number;
}

/** A page of a listing, in S3's terms. */
interface ListingRequest {
  readonly prefix: string;
  /** The page begins after this key or, with `versionIdMarker`, after this version of the key. */
  readonly keyMarker: string;
  readonly versionIdMarker: string | undefined;
  readonly maxKeys: number;
}

/** The versions of all keys of one bucket. */
export type VersionHistory = ReturnType<typeof createVersionHistory>;

/** Starts the history of an empty bucket. */
export function createVersionHistory() {
  const newestFirst = new Map<string, ObjectVersion[]>();

  const remove = (key: string, versionId: string): ObjectVersion | undefined => {
    const versions = newestFirst.get(key) ?? [];
    const index = versions.findIndex((version) => version.versionId === versionId);
    if (index < 0) return undefined;
    const [removed] = versions.splice(index, 1);
    if (versions.length === 0) newestFirst.delete(key);
    return removed;
  };

  return {
    /** Adds the newest version of its key. Returns the one with the same id that it replaces. */
    add(version: ObjectVersion): ObjectVersion | undefined {
      const replaced = remove(version.key, version.versionId);
      newestFirst.set(version.key, [version, ...(newestFirst.get(version.key) ?? [])]);
      return replaced;
    },

    remove,

    /** The newest version of a key, or the one with this id. */
    find(key: string, versionId?: string): ObjectVersion | undefined {
      const versions = newestFirst.get(key) ?? [];
      return versionId === undefined
        ? versions[0]
        : versions.find((version) => version.versionId === versionId);
    },

    /** Versions in S3's order: by the bytes of their keys, then newest first. */
    list({ prefix, keyMarker, versionIdMarker, maxKeys }: ListingRequest) {
      const keys = [...newestFirst.keys()].filter((key) => key.startsWith(prefix)).toSorted(compareBytes);
      const all = keys.flatMap((key) =>
        (newestFirst.get(key) ?? []).map((version, index) => ({ ...version, isLatest: index === 0 })),
      );
      const markedIndex = all.findIndex(
        ({ key, versionId }) => key === keyMarker && versionId === versionIdMarker,
      );
      const rest =
        markedIndex >= 0
          ? all.slice(markedIndex + 1)
          : all.filter(({ key }) => compareBytes(key, keyMarker) > 0);
      return { versions: rest.slice(0, maxKeys), isTruncated: rest.length > maxKeys };
    },
  };
}

function compareBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
