import type { Box } from '../record/plate-read.ts';

/** HTTP statuses that the contract uses. */
type ContractStatus = 200 | 400 | 401 | 404 | 405 | 413 | 415 | 429;

/** A JSON reply of the vehicle-plate endpoint and its HTTP status. */
export type ContractReply = { readonly status: ContractStatus; readonly body: ContractBody };

/**
 * The vendor's envelope (its API guide, "Response"): `header.isSuccessful` decides, never the HTTP status
 * alone.
 */
type ContractBody = {
  readonly header: {
    readonly isSuccessful: boolean;
    readonly resultCode: number;
    readonly resultMessage: string;
  };
  readonly result?: {
    readonly fileType: string | undefined;
    readonly values: readonly { readonly value: string; readonly conf: number }[];
    readonly boxes: readonly Box[];
    readonly resolution: 'low' | 'normal';
  };
};

/** The reply that lists these plates; the list may be empty. `resolution` is `low` below 1280×720 pixels. */
export function successReply(
  picture: { readonly fileType: string | undefined; readonly width: number; readonly height: number },
  plates: readonly { readonly plate: string; readonly confidence: number; readonly box: Box }[],
): ContractReply {
  return {
    status: 200,
    body: {
      header: { isSuccessful: true, resultCode: 0, resultMessage: 'SUCCESS' },
      result: {
        fileType: picture.fileType,
        values: plates.map(({ plate, confidence }) => ({ value: plate, conf: confidence })),
        boxes: plates.map(({ box }) => box),
        resolution: picture.width < 1280 || picture.height < 720 ? 'low' : 'normal',
      },
    },
  };
}

/**
 * The reply of a failure, which has no result. The service itself fails with HTTP 200, the gateway in front
 * of it with a real status.
 */
export function failureReply(
  resultCode: number,
  resultMessage: string,
  status: ContractStatus = 200,
): ContractReply {
  return { status, body: { header: { isSuccessful: false, resultCode, resultMessage } } };
}
