import { decodeEncodedWords } from './encoded-word.ts';
import type { UploadedObject } from '../message/uploaded-object.ts';
import {
  capturedAtSources,
  type Capture,
  type CapturedAtFault,
  type CapturedAtSource,
} from '../record/record.ts';
import { cameraNameOf } from './camera-name.ts';
import type { KeyTemplate } from './key-template.ts';
import { parseMoment, type StatedMoment } from './utc-moment.ts';

/** An uploader chooses the name, and each name is in two indexes and the usage counters. */
const maxCameraBytes = 256;

/** The camera of an object at the top of its bucket, where nothing else names one. */
const topFolder = '/';

const dayMs = 24 * 3600 * 1000;
/** A clock may be this far ahead of the upload: a day, for a zone that is wrong. */
const maxAheadMs = dayMs;
/** A picture may wait this long for its upload. */
const maxBehindMs = 30 * dayMs;

/** How much of a source's text a fault keeps, in characters. */
const maxFaultText = 64;

/** Metadata can say anything, such as a plate or a secret. The record keeps only what a time can have. */
const noPartOfTime = /[^\d :.,+/TZ-]/gu;

/**
 * Camera and time by the best source: object metadata (`x-amz-meta-camera`, and `x-amz-meta-captured-at` in
 * ISO 8601 with a zone), the key template, the EXIF (time only), and last the key's folder and the time of
 * the upload. Metadata and EXIF of an object that is not fetched yet count as absent. A time that cannot be
 * read or cannot be right is not used, but kept as a fault.
 */
export function captureOf(
  object: UploadedObject,
  keyTemplate: KeyTemplate | undefined,
  metadata: Readonly<Partial<Record<string, string>>> = {},
  exifMoment?: StatedMoment,
): Capture {
  const fromKey = keyTemplate?.(object.key);
  const folder = object.key.slice(0, Math.max(0, object.key.lastIndexOf('/')));
  const named = decodeEncodedWords(metadata['camera'] ?? '').trim();
  const camera = [named, fromKey?.camera ?? '', folder]
    .map(cameraNameOf)
    .find((name) => name && Buffer.byteLength(name) <= maxCameraBytes);
  const stated = {
    metadata: momentInMetadata(metadata['captured-at']),
    key: fromKey?.capturedAt,
    exif: exifMoment,
    upload: undefined,
  } satisfies Record<CapturedAtSource, StatedMoment | undefined>;
  return {
    camera: camera ?? topFolder,
    ...bestMoment(stated, object.uploadedAt),
    ...(keyTemplate && !fromKey ? { keyNotMatched: true } : {}),
  };
}

function momentInMetadata(header = ''): StatedMoment | undefined {
  const text = header.trim();
  return text === '' ? undefined : { text, moment: parseMoment(text) };
}

/** The moment of the best source that can be right; the fault is that of the best source that has a time. */
function bestMoment(
  stated: Readonly<Record<CapturedAtSource, StatedMoment | undefined>>,
  uploadedAt: string,
): Pick<Capture, 'capturedAt' | 'capturedAtSource' | 'capturedAtFault'> {
  const judged = capturedAtSources.flatMap((source) => {
    const { text, moment } = stated[source] ?? {};
    if (text === undefined) return [];
    const code = faultCodeOf(moment, uploadedAt);
    const kept = moment ?? text.slice(0, maxFaultText).replace(noPartOfTime, '?');
    return [{ source, moment, fault: code && { code, source, text: kept } }];
  });
  const fault = judged[0]?.fault;
  const best = judged.find((one) => one.fault === undefined);
  return {
    capturedAt: best?.moment ?? uploadedAt,
    capturedAtSource: best?.source ?? 'upload',
    ...(fault && { capturedAtFault: fault }),
  };
}

function faultCodeOf(moment: string | undefined, uploadedAt: string): CapturedAtFault['code'] | undefined {
  if (moment === undefined) return 'UNREADABLE';
  const aheadMs = Date.parse(moment) - Date.parse(uploadedAt);
  if (aheadMs > maxAheadMs) return 'AFTER_UPLOAD';
  return -aheadMs > maxBehindMs ? 'LONG_BEFORE_UPLOAD' : undefined;
}
