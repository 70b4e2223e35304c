import { imageDimensionsFromData } from 'image-dimensions';
import { fileTypeOf } from '../../../functions/core/picture/file-type.ts';
import type { Form } from '../../../functions/plate-reader/server/multipart-form.ts';
import { readTruth, type PlateTruth } from './picture-truth.ts';

/** The endpoint accepts requests of at most 5 MB, with the form around the picture. */
export const maxRequestSizeBytes = 5 * 1024 * 1024;

/** An HTTP status and its JSON body. */
export type JsonReply = { status: number; body: unknown };

/** The parts of a request that the endpoint's rules depend on. */
type EndpointRequest = {
  method: string;
  path: string;
  authorization: string | undefined;
  form: Form | { kind: 'too-large' };
};

/** Answers a request as the vendor's services would if they read exactly the truth in every picture. */
export function answerByContract(
  request: EndpointRequest,
  credentials: { appKey: string; secretKey: string },
): JsonReply {
  const [, appKey, api] = /^\/v1\.0\/appkeys\/([^/?]+)\/(vehicle-plate|general)$/.exec(request.path) ?? [];
  // The gateway refuses with an HTTP error status, the service behind it with HTTP 200.
  if (appKey === undefined) return failure(4041007, 'URL_NOT_FOUND', 404);
  if (request.method !== 'POST') return failure(405, 'METHOD_NOT_ALLOWED', 405);
  if (request.authorization === undefined) return failure(4000005, 'REQUIRED_HEADER_MISSING');
  if (appKey !== encodeURIComponent(credentials.appKey) || request.authorization !== credentials.secretKey) {
    return failure(4010001, 'INVALID_APPKEY_SECRETKEY', 401);
  }
  switch (request.form.kind) {
    case 'too-large':
      return failure(4131000, 'MAX_UPLOAD_SIZE_EXCEEDED', 413);
    case 'not-multipart':
      return failure(415, 'UNSUPPORTED_MEDIA_TYPE', 415);
    case 'malformed':
      return failure(400, 'BAD_REQUEST', 400);
    case 'files': {
      const [file, ...others] = request.form.files;
      if (file?.fieldName !== 'image' || others.length > 0) return failure(4000001, 'INVALID_PARAMETER');
      return answerPicture(file.bytes, api === 'general' ? generalOcrSuccess : success);
    }
  }
}

function answerPicture(picture: Uint8Array, successOf: typeof success): JsonReply {
  if (picture.length === 0) return failure(4000004, 'UPLOADED_FILE_IS_EMPTY');
  if (!['jpeg', 'png'].includes(fileTypeOf(picture) ?? '')) return failure(4000003, 'INVALID_FILE_TYPE');
  const truth = readTruth(picture);
  if (imageDimensionsFromData(picture) === undefined || truth.kind === 'damaged') {
    return failure(4000002, 'INVALID_FILE');
  }
  if (truth.kind === 'none' || truth.plates.length === 0) return failure(4000201, 'VEHICLE_PLATE_NOT_FOUND');
  return successOf(picture, truth.plates);
}

/** The vendor's reply with these plates, possibly none. */
export function success(picture: Uint8Array, plates: readonly PlateTruth[]): JsonReply {
  const { width, height } = imageDimensionsFromData(picture) ?? { width: 0, height: 0 };
  return {
    status: 200,
    body: {
      header: { isSuccessful: true, resultCode: 0, resultMessage: 'SUCCESS' },
      result: {
        fileType: fileTypeOf(picture) === 'png' ? 'png' : 'jpg',
        values: plates.map(({ plate, confidence }) => ({ value: plate, conf: confidence })),
        boxes: plates.map(({ box }) => box),
        resolution: width < 1280 || height < 720 ? 'low' : 'normal',
      },
    },
  };
}

/** General OCR's reply: each plate as two texts, and a text that is on no plate. */
function generalOcrSuccess(picture: Uint8Array, plates: readonly PlateTruth[]): JsonReply {
  const texts = [...plates.flatMap(textsOf), { value: '주차금지', conf: 0.99, box: signBox }];
  return {
    status: 200,
    body: {
      header: { isSuccessful: true, resultCode: 0, resultMessage: 'SUCCESS' },
      result: {
        fileType: fileTypeOf(picture) === 'png' ? 'png' : 'jpg',
        resolution: 'normal',
        listOfInferTexts: [{ inferTexts: texts.map(({ value, conf }) => ({ value, conf })) }],
        listOfBoundingBoxes: [{ boundingBoxes: texts.map(({ box }) => box) }],
      },
    },
  };
}

const signBox = { x1: 0, y1: 0, x2: 90, y2: 0, x3: 90, y3: 30, x4: 0, y4: 30 };

/** The characters before the last four, and these, with the plate's box cut where one follows the other. */
function textsOf({ plate, confidence: conf, box }: PlateTruth) {
  const [first, last] = [plate.slice(0, -4), plate.slice(-4)];
  const share = first.length / plate.length;
  const cut = {
    x: box.x1 + (box.x2 - box.x1) * share,
    y: box.y1 + (box.y2 - box.y1) * share,
    lowerX: box.x4 + (box.x3 - box.x4) * share,
    lowerY: box.y4 + (box.y3 - box.y4) * share,
  };
  return [
    { value: first, conf, box: { ...box, x2: cut.x, y2: cut.y, x3: cut.lowerX, y3: cut.lowerY } },
    { value: last, conf, box: { ...box, x1: cut.x, y1: cut.y, x4: cut.lowerX, y4: cut.lowerY } },
  ].filter(({ value }) => value !== '');
}

/** The vendor's envelope around a failure, which has no result. */
export function failure(resultCode: number, resultMessage: string, status = 200): JsonReply {
  return { status, body: { header: { isSuccessful: false, resultCode, resultMessage } } };
}
