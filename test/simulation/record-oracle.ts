import { isDeepStrictEqual } from 'node:util';
import type { TruePlate, Upload } from './upload.ts';

type StoredRecord = Readonly<Record<string, unknown>>;

/** Clocks differ by half a minute, and a write may reach the table minutes after it was sent. */
const toleranceMs = 5 * 60_000;

export function isFinal(record: StoredRecord): boolean {
  return record['status'] !== 'PENDING';
}

/** The faults of a final record, compared with the truth about its picture. */
export function faultsOfFinalItem(
  record: StoredRecord,
  upload: Upload,
  bytesWereRemoved: boolean,
  nowMs: number,
  readerCrashes: number,
): string[] {
  const faults: string[] = [];
  const { status } = record;
  const crashedReader =
    status === 'REJECTED' && readerCrashes >= 3 && codeOf(record['reason']) === 'CRASHES_READER';
  if (status !== trueStatus(upload) && !(status === 'GONE' && bytesWereRemoved) && !crashedReader)
    faults.push(`is ${String(status)}`);
  const expected = {
    bucket: upload.bucket,
    key: upload.key,
    versionId: upload.versionId,
    etag: upload.etag,
    uploadedAt: upload.uploadedAt,
    capturedAt: upload.uploadedAt,
    capturedAtSource: 'upload',
    claimOwner: undefined,
    claimUntil: undefined,
    nextTryAt: undefined,
    ...platesOf(status === 'READ' ? upload.plates : []),
    ...(status === 'READ'
      ? {
          width: upload.width,
          height: upload.height,
          fileType: upload.fileType,
          sizeBytes: upload.sizeBytes,
          reason: undefined,
        }
      : {}),
  };
  for (const [name, value] of Object.entries(expected)) {
    if (!isDeepStrictEqual(record[name], value)) faults.push(`has another ${name} than its picture`);
  }
  const folder = upload.key.split('/').slice(0, -1).join('/') || '/';
  const cameras =
    status === 'READ' ? [upload.metadata['camera'] ?? folder] : [upload.metadata['camera'], folder];
  if (!cameras.includes(textOf(record['camera']))) faults.push('has another camera than its picture');
  if (status !== 'READ' && !isReason(record['reason'])) faults.push('has no reason');
  if (Math.abs(momentOf(record['readAt']) - nowMs) > toleranceMs) faults.push('was read at another time');
  return faults;
}

/** The faults of the record of a picture that is not read yet. */
export function faultsOfPendingItem(record: StoredRecord, nowMs: number): string[] {
  const isReleased = record['claimUntil'] === 0;
  if (!isReleased) return typeof record['claimOwner'] === 'string' ? [] : ['has no owner of its claim'];
  return [
    ...(isReason(record['reason']) ? [] : ['waits without a reason']),
    ...(momentOf(record['nextTryAt']) > nowMs - toleranceMs
      ? []
      : ['waits without a time of its next attempt']),
  ];
}

function trueStatus({ content }: Upload): string {
  switch (content) {
    case 'plates':
    case 'blurred':
      return 'READ';
    case 'no-plate':
      return 'NO_PLATE';
    case 'unreadable':
      return 'UNREADABLE';
    case 'refused-by-endpoint':
    case 'no-picture':
    case 'empty':
    case 'too-large':
      return 'REJECTED';
  }
}

function platesOf(plates: readonly TruePlate[]) {
  const [best] = plates.toSorted((one, other) => other.confidence - one.confidence);
  return {
    plate: best?.value,
    plateKey: best?.value,
    lastFour: best?.value.slice(-4),
    confidence: best?.confidence,
    box: best?.box,
    plates:
      plates.length === 0
        ? undefined
        : plates.map(({ value, confidence, box }) => ({ plate: value, confidence, box })),
  };
}

function isReason(reason: unknown): boolean {
  if (typeof reason !== 'object' || reason === null || !('code' in reason) || !('message' in reason))
    return false;
  return (
    typeof reason.code === 'string' && typeof reason.message === 'string' && reason.message.endsWith('.')
  );
}

function codeOf(reason: unknown): unknown {
  return typeof reason === 'object' && reason !== null && 'code' in reason ? reason.code : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** Epoch milliseconds of ISO 8601 in UTC; NaN for everything else. */
function momentOf(value: unknown): number {
  return typeof value === 'string' ? Date.parse(value) : NaN;
}
