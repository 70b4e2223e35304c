import * as z from 'zod/mini';
import type { PlateRead } from './outcome.ts';
import type { Reason } from './reason.ts';
import { classify, type Classification } from './result-codes.ts';

/** What one call of the vehicle-plate endpoint said about the picture. */
export type Reply =
  | {
      readonly kind: 'read';
      readonly plates: readonly [PlateRead, ...PlateRead[]];
      readonly resolution?: string;
    }
  | { readonly kind: 'no-plate'; readonly reason: Reason; readonly resolution?: string }
  | { readonly kind: 'unreadable'; readonly reason: Reason }
  | { readonly kind: 'rejected'; readonly reason: Reason }
  | { readonly kind: 'bad-credentials'; readonly reason: Reason }
  | { readonly kind: 'misconfigured'; readonly reason: Reason }
  | {
      readonly kind: 'wait';
      readonly reason: Reason;
      readonly retryAfterSeconds?: number;
      readonly brokenContract?: true;
    };

/** Without a `Retry-After` a used-up quota is asked again after this: the vendor's guides name no hour at which it is refilled. */
const quotaWaitSeconds = 3600;

const envelope = z.object({
  header: z.object({
    isSuccessful: z.boolean(),
    resultCode: z.int(),
    resultMessage: z.optional(z.unknown()),
  }),
});

/** DynamoDB stores no positive number below 1E-130 (Developer Guide, "Data types"); nor has a pixel such a place. */
const storable = z.refine<number>((value) => value === 0 || Math.abs(value) >= 1e-130);
const pixel = z.number().check(z.gte(-1_000_000), z.lte(1_000_000), storable);
const maxPlates = 100;

const result = z.object({
  result: z.object({
    resolution: z.nullish(z.string().check(z.maxLength(32))),
    values: z
      .array(
        z.object({
          value: z.string().check(z.minLength(1), z.maxLength(64)),
          conf: z.number().check(z.gte(0), z.lte(1), storable),
        }),
      )
      .check(z.maxLength(maxPlates)),
    boxes: z._default(
      z
        .array(
          z.object({
            x1: pixel,
            y1: pixel,
            x2: pixel,
            y2: pixel,
            x3: pixel,
            y3: pixel,
            x4: pixel,
            y4: pixel,
          }),
        )
        .check(z.maxLength(maxPlates)),
      [],
    ),
  }),
});

/**
 * Reads a reply. `body` is absent where it is no UTF-8 text; `retryAfterSeconds` is the header's wish, absent where there is none.
 * The reasons hold numbers and our own words only: nothing a reply contains can reach a log by them.
 */
export function readReply(
  httpStatus: number,
  body: string | undefined,
  retryAfterSeconds: number | undefined,
): Reply {
  const json = parseJson(body);
  const header = envelope.safeParse(json).data?.header;
  const classification = classify(httpStatus, header?.resultCode);
  const reason = reasonFor(classification, httpStatus, header?.resultCode);
  const contradictory = header !== undefined && header.isSuccessful !== (header.resultCode === 0);
  if (contradictory && httpStatus < 300)
    return brokenContract(httpStatus, 'isSuccessful and resultCode contradict each other');

  switch (classification.verdict) {
    case 'success':
      return readResult(json, httpStatus);
    case 'no-plate':
      return { kind: 'no-plate', reason };
    case 'unreadable':
    case 'rejected':
    case 'bad-credentials':
    case 'misconfigured':
      return { kind: classification.verdict, reason };
    case 'throttled':
    case 'vendor-failure':
      return { kind: 'wait', reason, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
    case 'quota-used-up':
      return { kind: 'wait', reason, retryAfterSeconds: retryAfterSeconds ?? quotaWaitSeconds };
    case 'broken-contract':
      return header === undefined
        ? brokenContract(httpStatus, 'it has no readable envelope')
        : brokenContract(httpStatus, `result code ${header.resultCode} is unknown`);
  }
}

/** The wait of a reply that ended before it could be read as one: too long, cut off, in no known form. */
export function brokenContract(httpStatus: number, detail: string): Reply {
  return {
    kind: 'wait',
    reason: {
      code: 'BROKEN_CONTRACT',
      message: `The reply is not what the endpoint promises: ${detail} (HTTP ${httpStatus}).`,
    },
    brokenContract: true,
  };
}

function readResult(json: unknown, httpStatus: number): Reply {
  const parsed = result.safeParse(json);
  if (!parsed.success) {
    const places = parsed.error.issues.map((issue) => issue.path.map(String).join('.'));
    return brokenContract(httpStatus, `wrong or missing ${[...new Set(places)].slice(0, 5).join(', ')}`);
  }
  const { values, boxes } = parsed.data.result;
  const resolution = parsed.data.result.resolution ? { resolution: parsed.data.result.resolution } : {};
  if (values.length > 0 && values.length !== boxes.length) {
    return brokenContract(httpStatus, `${values.length} values, but ${boxes.length} boxes`);
  }
  const plates = values.flatMap(({ value, conf }, index) => {
    const box = boxes[index];
    return box ? [{ plate: value, confidence: conf, box }] : [];
  });
  const [first, ...others] = plates;
  if (!first) {
    return {
      kind: 'no-plate',
      reason: { code: 'NO_VALUES', message: 'The endpoint read the picture and found no plate in it.' },
      ...resolution,
    };
  }
  return { kind: 'read', plates: [first, ...others], ...resolution };
}

function reasonFor(
  { key, sentence }: Classification,
  httpStatus: number,
  resultCode: number | undefined,
): Reason {
  const numbers =
    resultCode === undefined ? `HTTP ${httpStatus}` : `HTTP ${httpStatus}, result code ${resultCode}`;
  return { code: key, message: `${sentence} (${numbers}).` };
}

function parseJson(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
