import type { PictureRecord } from '../../../functions/core/record/record.ts';
import { boxCorners } from '../../terminal/box-corners.ts';
import { correctionText } from '../../terminal/correction-text.ts';
import { koreaTimeOf } from '../../terminal/korea-time.ts';

/** A cell; undefined is an empty one. */
type Cell = string | number | boolean | undefined;

/** A column of the CSV. */
type ExportColumn = {
  readonly name: string;
  /** For the help of the verb. */
  readonly about: string;
  readonly cellOf: (record: PictureRecord) => Cell;
};

/** The columns in their order, which stays: new ones go to the end. */
export const exportColumns: readonly ExportColumn[] = [
  {
    name: 'capturedAtKorea',
    about: "when it was taken, in Korea's time, in the form that spreadsheets know",
    cellOf: ({ capturedAt }) => koreaTimeOf(capturedAt),
  },
  { name: 'camera', about: 'the camera', cellOf: ({ camera }) => camera },
  { name: 'plate', about: 'the best read, as it came', cellOf: ({ plate }) => plate },
  { name: 'plateKey', about: 'the same in its normal form', cellOf: ({ plateKey }) => plateKey },
  { name: 'confidence', about: '0 to 1', cellOf: ({ confidence }) => confidence },
  { name: 'verdict', about: 'valid, partial or suspect', cellOf: ({ verdict }) => verdict },
  {
    name: 'needsReview',
    about: 'whether a person should look at it',
    cellOf: ({ needsReview }) => needsReview,
  },
  { name: 'plateClass', about: 'private, commercial, rental …', cellOf: ({ plateClass }) => plateClass },
  { name: 'region', about: 'the region that the plate names', cellOf: ({ region }) => region },
  { name: 'vehicleKind', about: 'by the head number', cellOf: ({ vehicleKind }) => vehicleKind },
  {
    name: 'plateFaults',
    about: 'what is wrong with it',
    cellOf: ({ plateFaults }) => plateFaults?.join('; '),
  },
  {
    name: 'plateCorrections',
    about: 'characters that the normal form has instead of those that were read',
    cellOf: ({ plateCorrections }) => plateCorrections?.map(correctionText).join('; '),
  },
  {
    name: 'plates',
    about: 'all reads of the picture',
    cellOf: ({ plates }) => plates?.map(({ plate }) => plate).join('; '),
  },
  {
    name: 'box',
    about: "the plate's corners in pixels, clockwise from its top left",
    cellOf: ({ box }) => box && boxCorners(box),
  },
  { name: 'status', about: 'READ, NO_PLATE …', cellOf: ({ status }) => status },
  { name: 'reasonCode', about: 'why it is not (yet) read', cellOf: ({ reason }) => reason?.code },
  { name: 'reasonMessage', about: 'the same in a sentence', cellOf: ({ reason }) => reason?.message },
  { name: 'bucket', about: 'where the picture lies', cellOf: ({ bucket }) => bucket },
  { name: 'key', about: 'its key', cellOf: ({ key }) => key },
  { name: 'versionId', about: 'its version', cellOf: ({ versionId }) => versionId },
  { name: 'etag', about: 'its ETag', cellOf: ({ etag }) => etag },
  { name: 'fileType', about: 'jpeg or png', cellOf: ({ fileType }) => fileType },
  { name: 'width', about: 'in pixels', cellOf: ({ width }) => width },
  { name: 'height', about: 'in pixels', cellOf: ({ height }) => height },
  { name: 'sizeBytes', about: 'in bytes', cellOf: ({ sizeBytes }) => sizeBytes },
  { name: 'resolution', about: 'low or normal', cellOf: ({ resolution }) => resolution },
  { name: 'capturedAt', about: 'when it was taken, ISO 8601 in UTC', cellOf: ({ capturedAt }) => capturedAt },
  {
    name: 'capturedAtSource',
    about: 'what says so: metadata, key, exif or upload',
    cellOf: ({ capturedAtSource }) => capturedAtSource,
  },
  { name: 'uploadedAt', about: 'ISO 8601 in UTC', cellOf: ({ uploadedAt }) => uploadedAt },
  { name: 'readAt', about: 'ISO 8601 in UTC', cellOf: ({ readAt }) => readAt },
  { name: 'attempts', about: 'how often it was taken up', cellOf: ({ attempts }) => attempts },
  { name: 'calls', about: 'how often the endpoint was called', cellOf: ({ calls }) => calls },
  { name: 'rulesVersion', about: 'the rules that classified it', cellOf: ({ rulesVersion }) => rulesVersion },
  { name: 'imageId', about: "the record's key in the table", cellOf: ({ imageId }) => imageId },
];
