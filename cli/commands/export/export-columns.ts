import { plateTextOf } from '../../../functions/core/privacy/plate-hash.ts';
import type { PictureRecord } from '../../../functions/core/record/record.ts';
import { boxCorners } from '../../terminal/box-corners.ts';
import { correctionText } from '../../terminal/correction-text.ts';
import { koreaTimeOf } from '../../terminal/korea-time.ts';

/** A cell; undefined is an empty cell. */
type Cell = string | number | boolean | undefined;

/** A column of the CSV. */
type ExportColumn = {
  readonly name: string;
  /** For the help of the command. */
  readonly about: string;
  readonly cellOf: (record: PictureRecord) => Cell;
};

/** The columns in their order, which never changes: new columns go to the end. */
export const exportColumns: readonly ExportColumn[] = [
  {
    name: 'capturedAtKorea',
    about: "when it was captured, in Korea's time, in a form for spreadsheets",
    cellOf: ({ capturedAt }) => koreaTimeOf(capturedAt),
  },
  { name: 'camera', about: 'the camera', cellOf: ({ camera }) => camera },
  { name: 'plate', about: 'the best read, as the endpoint returned it', cellOf: ({ plate }) => plate },
  { name: 'plateKey', about: 'the plate in its normal form', cellOf: ({ plateKey }) => plateKey },
  { name: 'confidence', about: '0 to 1', cellOf: ({ confidence }) => confidence },
  { name: 'verdict', about: 'valid, partial or suspect', cellOf: ({ verdict }) => verdict },
  {
    name: 'needsReview',
    about: 'whether a person should check it',
    cellOf: ({ needsReview }) => needsReview,
  },
  { name: 'plateClass', about: 'private, commercial, rental …', cellOf: ({ plateClass }) => plateClass },
  { name: 'region', about: 'the region that the plate names', cellOf: ({ region }) => region },
  {
    name: 'vehicleKind',
    about: 'from the number before the letter',
    cellOf: ({ vehicleKind }) => vehicleKind,
  },
  {
    name: 'plateFaults',
    about: 'what is wrong with the plate',
    cellOf: ({ plateFaults }) => plateFaults?.join('; '),
  },
  {
    name: 'plateCorrections',
    about: 'characters that the normal form corrects',
    cellOf: ({ plateCorrections }) => plateCorrections?.map(correctionText).join('; '),
  },
  {
    name: 'plates',
    about: 'all reads of the picture',
    cellOf: ({ plates }) => plates?.map((read) => plateTextOf(read) ?? '').join('; '),
  },
  {
    name: 'box',
    about: "the plate's corners in pixels, clockwise from its top left",
    cellOf: ({ box }) => box && boxCorners(box),
  },
  { name: 'status', about: 'READ, NO_PLATE …', cellOf: ({ status }) => status },
  { name: 'reasonCode', about: 'why the picture is not (yet) read', cellOf: ({ reason }) => reason?.code },
  { name: 'reasonMessage', about: 'the reason in a sentence', cellOf: ({ reason }) => reason?.message },
  { name: 'bucket', about: 'the bucket of the picture', cellOf: ({ bucket }) => bucket },
  { name: 'key', about: 'the key of the picture', cellOf: ({ key }) => key },
  { name: 'versionId', about: 'the version of the picture', cellOf: ({ versionId }) => versionId },
  { name: 'etag', about: 'the ETag of the picture', cellOf: ({ etag }) => etag },
  { name: 'fileType', about: 'jpeg, png, webp, avif or heic', cellOf: ({ fileType }) => fileType },
  { name: 'width', about: 'in pixels', cellOf: ({ width }) => width },
  { name: 'height', about: 'in pixels', cellOf: ({ height }) => height },
  { name: 'sizeBytes', about: 'in bytes', cellOf: ({ sizeBytes }) => sizeBytes },
  { name: 'resolution', about: 'low or normal', cellOf: ({ resolution }) => resolution },
  {
    name: 'capturedAt',
    about: 'when it was captured, ISO 8601 in UTC',
    cellOf: ({ capturedAt }) => capturedAt,
  },
  {
    name: 'capturedAtSource',
    about: 'the source of that time: metadata, key, exif or upload',
    cellOf: ({ capturedAtSource }) => capturedAtSource,
  },
  { name: 'uploadedAt', about: 'ISO 8601 in UTC', cellOf: ({ uploadedAt }) => uploadedAt },
  { name: 'readAt', about: 'ISO 8601 in UTC', cellOf: ({ readAt }) => readAt },
  { name: 'attempts', about: 'how often it was claimed', cellOf: ({ attempts }) => attempts },
  { name: 'calls', about: 'how often the endpoint was called', cellOf: ({ calls }) => calls },
  { name: 'rulesVersion', about: 'the rules that classified it', cellOf: ({ rulesVersion }) => rulesVersion },
  { name: 'imageId', about: "the record's key in the table", cellOf: ({ imageId }) => imageId },
  {
    name: 'capturedAtFault',
    about: 'UNREADABLE, AFTER_UPLOAD or LONG_BEFORE_UPLOAD: why a better source of the time is not believed',
    cellOf: ({ capturedAtFault }) => capturedAtFault?.code,
  },
  {
    name: 'keyNotMatched',
    about: 'true if the key template does not match the key',
    cellOf: ({ keyNotMatched }) => keyNotMatched,
  },
  {
    name: 'review',
    about: 'confirmed, corrected or rejected, if a person decided',
    cellOf: ({ review }) => review?.decision,
  },
  {
    name: 'correctedPlate',
    about: 'the plate as a person corrected it; plateKey and what follows from it are of this plate',
    cellOf: ({ review }) => (review?.decision === 'corrected' ? review.plate : undefined),
  },
  { name: 'reviewedBy', about: 'who decided', cellOf: ({ review }) => review?.by },
  { name: 'reviewedAt', about: 'when, ISO 8601 in UTC', cellOf: ({ review }) => review?.at },
  {
    name: 'preparation',
    about: 'what was done to the picture before it was read: converted, turned, scaled …',
    cellOf: ({ preparation }) => preparation?.join('; '),
  },
  {
    name: 'plateHash',
    about: 'the keyed hash instead of a plate on no list, if the stage keeps those as hashes only',
    cellOf: ({ plateHash }) => plateHash,
  },
];
