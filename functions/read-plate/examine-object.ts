import type { PictureStore, Unavailable } from '../adapters/picture-store.ts';
import { captureOf } from '../core/capture/capture.ts';
import { exifMomentOf } from '../core/capture/exif-moment.ts';
import type { KeyTemplate } from '../core/capture/key-template.ts';
import type { UploadedObject } from '../core/message/uploaded-object.ts';
import { checkPicture, refuseSize, type PictureCheck } from '../core/picture/picture.ts';
import type { Reason } from '../core/record/reason.ts';
import type { Capture } from '../core/record/record.ts';

/** What an object is, and what its metadata and EXIF add to camera and time. */
export type ExaminedObject = {
  readonly check: PictureCheck | { readonly kind: 'gone'; readonly reason: Reason } | Unavailable;
  readonly capture: Capture;
};

/** Fetches an object and judges its bytes. Throws an OutsideError `S3_…` where S3 fails. */
export function createExamineObject(pictures: PictureStore, keyTemplate: KeyTemplate | undefined) {
  return async function examineObject(object: UploadedObject, announced: Capture): Promise<ExaminedObject> {
    const refused = object.sizeBytes === undefined ? undefined : refuseSize(object.sizeBytes);
    if (refused) return { check: { kind: 'rejected', reason: refused }, capture: announced };

    const fetched = await pictures.fetch(object);
    if (fetched.kind === 'gone' || fetched.kind === 'unavailable') {
      return { check: fetched, capture: announced };
    }
    const check: PictureCheck =
      fetched.kind === 'refused' ? { kind: 'rejected', reason: fetched.reason } : checkPicture(fetched.parts);
    const exifMoment = check.kind === 'picture' ? exifMomentOf(check.picture) : undefined;
    return { check, capture: captureOf(object, keyTemplate, fetched.metadata, exifMoment) };
  };
}
