import { plateTextOf } from '../../../functions/core/privacy/plate-hash.ts';
import type { PictureRecord } from '../../../functions/core/record/record.ts';
import { boxCorners } from '../../terminal/box-corners.ts';
import { correctionText } from '../../terminal/correction-text.ts';
import { reviewText } from '../../terminal/review-text.ts';
import { koreaTimeOf } from '../../terminal/korea-time.ts';

/**
 * A whole record in rows of name and value; if an attribute has several values, only the first row has its
 * name.
 */
export function describeRecord(reading: PictureRecord): string[][] {
  return Object.keys(reading).flatMap((name) =>
    valuesOf(reading, name).map((value, index) => [index === 0 ? name : '', value]),
  );
}

function valuesOf(reading: PictureRecord, name: string): readonly string[] {
  const {
    box,
    plates = [],
    plateCorrections = [],
    plateFaults = [],
    preparation = [],
    reason,
    capturedAtFault,
  } = reading;
  switch (name) {
    case 'box':
      return box ? [boxCorners(box)] : [];
    case 'plates':
      return plates.map((read) => `${plateTextOf(read) ?? ''} ${read.confidence} ${boxCorners(read.box)}`);
    case 'plateCorrections':
      return plateCorrections.map(correctionText);
    case 'plateFaults':
      return plateFaults;
    case 'preparation':
      return [preparation.join(', ')];
    case 'reason':
      return reason ? [`${reason.code}: ${reason.message}`] : [];
    case 'capturedAtFault':
      return capturedAtFault
        ? [`${capturedAtFault.code}: the source ${capturedAtFault.source} says ${capturedAtFault.text}`]
        : [];
    case 'review':
      return [reviewText(reading)];
    case 'expiresAt':
      return withKoreaTime(String(reading.expiresAt), (reading.expiresAt ?? NaN) * 1000);
    case 'claimUntil':
      // 0 is not a time: the claim has been released.
      return reading.claimUntil ? withKoreaTime(String(reading.claimUntil), reading.claimUntil) : ['0'];
    case 'capturedAt':
    case 'uploadedAt':
    case 'readAt':
    case 'nextTryAt': {
      const moment = String(reading[name]);
      return withKoreaTime(moment, Date.parse(moment));
    }
    default: {
      const value = reading[name];
      return [typeof value === 'string' ? value : JSON.stringify(value)];
    }
  }
}

function withKoreaTime(value: string, epochMs: number): readonly string[] {
  return Number.isNaN(epochMs)
    ? [value]
    : [`${value} (${koreaTimeOf(new Date(epochMs).toISOString())} in Korea)`];
}
