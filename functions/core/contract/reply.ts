import * as z from 'zod/mini';
import { joinTexts } from '../plate/join-texts.ts';
import type { FinalOutcome, WaitingOutcome } from '../record/outcome.ts';
import { parseJson } from '../message/parse-json.ts';
import { boxOf } from '../record/plate-read.ts';
import type { Reason } from '../record/reason.ts';
import { classify, type Classification } from './result-codes.ts';

/**
 * The vendor's services that read plates: `vehicle-plate` finds plates; `general` finds all texts, and
 * Plateline joins them into plates. Each is the last part of its URL.
 */
export type OcrApi = 'vehicle-plate' | 'general';

/** What one call of the endpoint reported about the picture. */
export type Reply =
  | Exclude<FinalOutcome, { kind: 'gone' }>
  | WaitingOutcome
  | { readonly kind: 'bad-credentials'; readonly reason: Reason };

/**
 * The wait after a used-up quota without `Retry-After`: the vendor's guides do not say when a quota is
 * refilled.
 */
const quotaWaitSeconds = 3600;

const envelope = z.object({
  header: z.object({
    isSuccessful: z.boolean(),
    resultCode: z.int(),
  }),
});

/** DynamoDB stores no positive number below 1E-130 (Developer Guide, "Data types"). */
const storable = z.refine<number>((value) => value === 0 || Math.abs(value) >= 1e-130);
const pixel = z.number().check(z.gte(-1_000_000), z.lte(1_000_000), storable);
const maxPlates = 100;

/** DynamoDB stores UTF-8, which cannot represent a lone surrogate. */
const text = (maxLength: number) =>
  z.string().check(
    z.maxLength(maxLength),
    z.overwrite((value) => value.toWellFormed()),
  );

const confidence = z.number().check(z.gte(0), z.lte(1), storable);
const resolution = z.nullish(text(32));

const resultShape = z.object({
  resolution,
  values: z
    .array(z.object({ value: text(64).check(z.minLength(1)), conf: confidence }))
    .check(z.maxLength(maxPlates)),
  boxes: z.optional(z.unknown()),
});
const emptyResult = z.object({ result: z.object({ ...resultShape.shape, values: z.tuple([]) }) });
const platesResult = z.object({
  result: z.object({
    ...resultShape.shape,
    boxes: z.array(boxOf(pixel)).check(z.maxLength(maxPlates)),
  }),
});

/** The vendor's API guide for General OCR, v1.0, "Response". The two lists correspond. */
const textsResult = z.object({
  result: z.object({
    resolution,
    listOfInferTexts: z.array(
      z.object({ inferTexts: z.array(z.object({ value: text(1000), conf: confidence })) }),
    ),
    listOfBoundingBoxes: z.array(z.object({ boundingBoxes: z.array(boxOf(pixel)) })),
  }),
});

/**
 * Reads a reply. `body` is undefined where it is not UTF-8; `retryAfterSeconds` is undefined where the reply
 * has no such header. Reasons contain numbers and our own words only, so that no text of a reply gets into a
 * log.
 */
export function readReply(
  httpStatus: number,
  body: string | undefined,
  retryAfterSeconds: number | undefined,
  api: OcrApi = 'vehicle-plate',
): Reply {
  const json = body === undefined ? undefined : parseJson(body);
  const header = envelope.safeParse(json).data?.header;
  const classification = classify(httpStatus, header?.resultCode);
  const reason = reasonFor(classification, httpStatus, header?.resultCode);
  const contradictory = header !== undefined && header.isSuccessful !== (header.resultCode === 0);
  if (contradictory) return brokenContract(httpStatus, 'isSuccessful and resultCode contradict each other');

  switch (classification.resultClass) {
    case 'success':
      return api === 'general' ? readTexts(json, httpStatus) : readPlates(json, httpStatus);
    case 'no-plate':
      return { kind: 'no-plate', reason };
    case 'unreadable':
    case 'rejected':
    case 'bad-credentials':
    case 'misconfigured':
      return { kind: classification.resultClass, reason };
    case 'wait':
      return { kind: 'wait', reason, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
    case 'wait-long':
      return { kind: 'wait', reason, retryAfterSeconds: retryAfterSeconds ?? quotaWaitSeconds };
    case 'broken-contract':
      return header === undefined
        ? brokenContract(httpStatus, 'it has no readable envelope')
        : brokenContract(httpStatus, `result code ${header.resultCode} is unknown`);
  }
}

/**
 * The outcome of a reply that breaks the contract; `httpStatus` is undefined where even that is unreadable.
 */
export function brokenContract(httpStatus: number | undefined, detail: string): WaitingOutcome {
  const numbers = httpStatus === undefined ? '' : ` (HTTP ${httpStatus})`;
  return {
    kind: 'wait',
    reason: {
      code: 'BROKEN_CONTRACT',
      message: `The reply is not what the endpoint promises: ${detail}${numbers}.`,
    },
    brokenContract: true,
  };
}

function readPlates(json: unknown, httpStatus: number): Reply {
  const empty = emptyResult.safeParse(json);
  if (empty.success) {
    return {
      kind: 'no-plate',
      reason: { code: 'NO_VALUES', message: 'The endpoint read the picture and found no plate in it.' },
      ...resolutionOf(empty.data.result),
    };
  }
  const parsed = platesResult.safeParse(json);
  if (!parsed.success) return wrongResult(parsed.error, httpStatus);
  const { values, boxes } = parsed.data.result;
  const [first, ...others] = values.flatMap(({ value, conf }, index) => {
    const box = boxes[index];
    return box ? [{ plate: value, confidence: conf, box }] : [];
  });
  if (!first || values.length !== boxes.length) {
    return brokenContract(httpStatus, `${values.length} values, but ${boxes.length} boxes`);
  }
  return { kind: 'read', plates: [first, ...others], ...resolutionOf(parsed.data.result) };
}

function readTexts(json: unknown, httpStatus: number): Reply {
  const parsed = textsResult.safeParse(json);
  if (!parsed.success) return wrongResult(parsed.error, httpStatus);
  const { result } = parsed.data;
  const texts = result.listOfInferTexts.flatMap(({ inferTexts }) => inferTexts);
  const boxes = result.listOfBoundingBoxes.flatMap(({ boundingBoxes }) => boundingBoxes);
  if (texts.length !== boxes.length) {
    return brokenContract(httpStatus, `${texts.length} texts, but ${boxes.length} boxes`);
  }
  const found = texts.flatMap(({ value, conf }, index) => {
    const box = boxes[index];
    return box ? [{ text: value, confidence: conf, box }] : [];
  });
  const [first, ...others] = joinTexts(found);
  if (first) return { kind: 'read', plates: [first, ...others], ...resolutionOf(result) };
  const message = `The endpoint found ${texts.length} texts, and none has the form of a plate.`;
  return { kind: 'no-plate', reason: { code: 'NO_PLATE_IN_TEXTS', message }, ...resolutionOf(result) };
}

function wrongResult(error: z.core.$ZodError, httpStatus: number): WaitingOutcome {
  const places = new Set(error.issues.map((issue) => issue.path.map(String).join('.')));
  return brokenContract(httpStatus, `wrong or missing ${[...places].slice(0, 5).join(', ')}`);
}

function resolutionOf({ resolution }: { readonly resolution?: string | null | undefined }) {
  return resolution ? { resolution } : {};
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
