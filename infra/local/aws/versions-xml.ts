import { encodeEventKey } from '../../../functions/core/message/event-key.ts';
import type { VersionHistory } from './version-history.ts';
import type { VersioningStatus } from './versioned-bucket.ts';

/** A namespace that SDK clients and the AWS CLI expect in S3's documents. */
const namespace = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

/** The most versions that S3 lists in one page. */
const longestPage = 1000;

/** What DeleteObjects asks to delete: a version or, without one, the current object. */
export interface Deletion {
  readonly key: string;
  readonly versionId: string | undefined;
}

/** The document of GetBucketVersioning; without a status for a bucket that never had versions. */
export function versioningXml(status: VersioningStatus | undefined): string {
  return document('VersioningConfiguration', status === undefined ? '' : element('Status', status));
}

/** The status in a document of PutBucketVersioning; undefined for any that S3 does not know. */
export function readVersioningStatus(document: string): VersioningStatus | undefined {
  const status = textOf(document, 'Status');
  return status === 'Enabled' || status === 'Suspended' ? status : undefined;
}

/** The document of a request of DeleteObjects. A quiet one wants to hear only of failures. */
export function readDeletions(document: string): {
  readonly deletions: Deletion[];
  readonly isQuiet: boolean;
} {
  const deletions = Array.from(document.matchAll(/<Object>(.*?)<\/Object>/gs), ([, content = '']) => ({
    key: textOf(content, 'Key') ?? '',
    versionId: textOf(content, 'VersionId'),
  }));
  return { deletions, isQuiet: textOf(document, 'Quiet') === 'true' };
}

/** The reply to DeleteObjects; `markerVersionId` is the delete marker that was made or removed. */
export function deletedXml(
  deleted: readonly (Deletion & { readonly markerVersionId: string | undefined })[],
): string {
  const entries = deleted.map(({ key, versionId, markerVersionId }) =>
    element(
      'Deleted',
      element('Key', escape(key)),
      ...(versionId === undefined ? [] : [element('VersionId', versionId)]),
      ...(markerVersionId === undefined
        ? []
        : [element('DeleteMarker', 'true'), element('DeleteMarkerVersionId', markerVersionId)]),
    ),
  );
  return document('DeleteResult', ...entries);
}

/** The document of ListObjectVersions for the query of a request, without common prefixes. */
export function listVersionsXml(bucket: string, history: VersionHistory, query: URLSearchParams): string {
  const isEncoded = query.get('encoding-type') === 'url';
  const keyText = (key: string) => (isEncoded ? encodeEventKey(key) : key);
  const prefix = query.get('prefix') ?? '';
  const keyMarker = query.get('key-marker') ?? '';
  const versionIdMarker = query.get('version-id-marker') ?? undefined;
  const maxKeys = Math.min(Number(query.get('max-keys') ?? longestPage), longestPage);
  const page = history.list({ prefix, keyMarker, versionIdMarker, maxKeys });
  const last = page.isTruncated ? page.versions.at(-1) : undefined;
  const entries = page.versions.map(({ key, versionId, isLatest, lastModified, object }) =>
    element(
      object === undefined ? 'DeleteMarker' : 'Version',
      element('Key', escape(keyText(key))),
      element('VersionId', versionId),
      element('IsLatest', String(isLatest)),
      element('LastModified', lastModified.toISOString()),
      ...(object === undefined
        ? []
        : [
            element('ETag', escape(object.etag)),
            element('Size', String(object.sizeBytes)),
            element('StorageClass', 'STANDARD'),
          ]),
    ),
  );
  return document(
    'ListVersionsResult',
    element('Name', bucket),
    element('Prefix', escape(keyText(prefix))),
    element('KeyMarker', escape(keyText(keyMarker))),
    ...(versionIdMarker === undefined ? [] : [element('VersionIdMarker', versionIdMarker)]),
    element('MaxKeys', String(maxKeys)),
    ...(isEncoded ? [element('EncodingType', 'url')] : []),
    element('IsTruncated', String(page.isTruncated)),
    ...(last === undefined
      ? []
      : [
          element('NextKeyMarker', escape(keyText(last.key))),
          element('NextVersionIdMarker', last.versionId),
        ]),
    ...entries,
  );
}

/** An error as S3 writes it. */
export function errorXml(code: string, message: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('Error', element('Code', code), element('Message', message))}`;
}

function document(name: string, ...content: readonly string[]): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name} ${namespace}>${content.join('')}</${name}>`;
}

function element(name: string, ...content: readonly string[]): string {
  return `<${name}>${content.join('')}</${name}>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/\p{Cc}/gu, (character) => `&#${character.codePointAt(0) ?? 0};`);
}

/** The text of the first element of this name, which has no elements in it. */
function textOf(document: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(document)?.[1];
  return text
    ?.replace(/&#(x?)([0-9a-f]+);/gi, (_, hex: string, digits: string) =>
      String.fromCodePoint(Number.parseInt(digits, hex === '' ? 10 : 16)),
    )
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}
