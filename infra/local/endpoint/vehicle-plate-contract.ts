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

/** Answers a request as the vendor's service would if it read exactly the truth in every picture. */
export function answerByContract(
  request: EndpointRequest,
  credentials: { appKey: string; secretKey: string },
): JsonReply {
  const appKey = /^\/v1\.0\/appkeys\/([^/?]+)\/vehicle-plate$/.exec(request.path)?.[1];
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
      return answerPicture(file.bytes);
    }
  }
}

function answerPicture(picture: Uint8Array): JsonReply {
  if (picture.length === 0) return failure(4000004, 'UPLOADED_FILE_IS_EMPTY');
  if (fileTypeOf(picture) === undefined) return failure(4000003, 'INVALID_FILE_TYPE');
  const truth = readTruth(picture);
  if (imageDimensionsFromData(picture) === undefined || truth.kind === 'damaged') {
    return failure(4000002, 'INVALID_FILE');
  }
  if (truth.kind === 'none' || truth.plates.length === 0) return failure(4000201, 'VEHICLE_PLATE_NOT_FOUND');
  return success(picture, truth.plates);
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

/** The vendor's envelope around a failure, which has no result. */
export function failure(resultCode: number, resultMessage: string, status = 200): JsonReply {
  return { status, body: { header: { isSuccessful: false, resultCode, resultMessage } } };
}
