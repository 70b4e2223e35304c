import type { PictureRecord } from '../../../functions/core/record/record.ts';
import { boxCorners } from '../../terminal/box-corners.ts';
import { correctionText } from '../../terminal/correction-text.ts';
import { koreaTimeOf } from '../../terminal/korea-time.ts';

/**
 * What was read, and why not, comes before the facts of the object; other attributes follow in the order of
 * the record.
 */
const shownFirst: readonly string[] = [
  'imageId',
  'status',
  'reason',
  'plate',
  'confidence',
  'box',
  'plates',
  'plateKey',
  'plateCorrections',
  'plateClass',
  'region',
  'vehicleKind',
  'verdict',
  'plateFaults',
  'rulesVersion',
  'needsReview',
  'lastFour',
];

/**
 * A whole record in rows of name and value; if an attribute has several values, only the first row has its
 * name.
 */
export function describeRecord(record: PictureRecord): string[][] {
  const names = new Set([...shownFirst.filter((name) => name in record), ...Object.keys(record)]);
  return [...names].flatMap((name) =>
    valuesOf(record, name).map((value, index) => [index === 0 ? name : '', value]),
  );
}

function valuesOf(record: PictureRecord, name: string): readonly string[] {
  const { box, plates = [], plateCorrections = [], plateFaults = [], reason } = record;
  switch (name) {
    case 'box':
      return box ? [boxCorners(box)] : [];
    case 'plates':
      return plates.map((read) => `${read.plate} ${read.confidence} ${boxCorners(read.box)}`);
    case 'plateCorrections':
      return plateCorrections.map(correctionText);
    case 'plateFaults':
      return plateFaults;
    case 'reason':
      return reason ? [`${reason.code}: ${reason.message}`] : [];
    case 'expiresAt':
      return withKoreaTime(String(record.expiresAt), (record.expiresAt ?? NaN) * 1000);
    case 'claimUntil':
      // 0 is not a time: the claim has been released.
      return record.claimUntil ? withKoreaTime(String(record.claimUntil), record.claimUntil) : ['0'];
    case 'capturedAt':
    case 'uploadedAt':
    case 'readAt':
    case 'nextTryAt': {
      const moment = String(record[name]);
      return withKoreaTime(moment, Date.parse(moment));
    }
    default: {
      const value = record[name];
      return [typeof value === 'string' ? value : JSON.stringify(value)];
    }
  }
}

function withKoreaTime(value: string, epochMs: number): readonly string[] {
  return Number.isNaN(epochMs)
    ? [value]
    : [`${value} (${koreaTimeOf(new Date(epochMs).toISOString())} in Korea)`];
}
