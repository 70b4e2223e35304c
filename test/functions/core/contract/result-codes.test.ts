import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { classify, type ResultClass } from '../../../../functions/core/contract/result-codes.ts';

/**
 * HTTP status, result code (undefined: a reply without a readable envelope), and what it means for the
 * picture.
 */
type Case = readonly [httpStatus: number, resultCode: number | undefined, verdict: ResultClass];

const servicesCodes: readonly Case[] = [
  [200, 0, 'success'],
  [200, 4000201, 'no-plate'],
  [200, 4000501, 'no-plate'],
  [200, 5004003, 'unreadable'],
  [200, 4000001, 'rejected'],
  [200, 4000002, 'rejected'],
  [200, 4000003, 'rejected'],
  [200, 4000004, 'rejected'],
  [200, 4000505, 'rejected'],
  [200, 4131000, 'rejected'],
  [200, 400, 'rejected'],
  [200, 415, 'rejected'],
  [200, 401, 'bad-credentials'],
  [200, 403, 'bad-credentials'],
  [200, 4010001, 'bad-credentials'],
  [200, 4010002, 'bad-credentials'],
  [200, 4010003, 'bad-credentials'],
  [200, 4010004, 'bad-credentials'],
  [200, 4010005, 'bad-credentials'],
  [200, 404, 'misconfigured'],
  [200, 405, 'misconfigured'],
  [200, 4041007, 'misconfigured'],
  [200, 4000005, 'misconfigured'],
  [200, 4000006, 'wait'],
  [200, 429, 'wait'],
  [200, 4291000, 'wait'],
  [200, 4291001, 'wait-long'],
  [200, 5000503, 'wait'],
  [200, -1, 'wait'],
  [200, 5000001, 'wait'],
  [200, 5000002, 'wait'],
  [200, 5000003, 'wait'],
  [200, 5000004, 'wait'],
  [200, 5000005, 'wait'],
  [200, 5004001, 'wait'],
  [200, 5004002, 'wait'],
  [200, 5020001, 'wait'],
  [200, 5005001, 'wait'],
  [200, 5005002, 'wait'],
  [200, 5005003, 'wait'],
  [200, 5030001, 'wait'],
];

const gatewaysCodes: readonly Case[] = [
  [400, 400, 'rejected'],
  [400, 4000001, 'rejected'],
  [400, 4000005, 'misconfigured'],
  [400, 4000006, 'wait'],
  [401, 401, 'bad-credentials'],
  [401, 4010001, 'bad-credentials'],
  [403, 403, 'bad-credentials'],
  [403, 4010005, 'bad-credentials'],
  [404, 404, 'misconfigured'],
  [404, 4041007, 'misconfigured'],
  [405, 405, 'misconfigured'],
  [413, 4131000, 'rejected'],
  [415, 415, 'rejected'],
  [429, 4291000, 'wait'],
  [429, 4291001, 'wait-long'],
  [500, 5000001, 'wait'],
  [502, 5020001, 'wait'],
  [503, 5030001, 'wait'],
];

const statusesThatDecide: readonly Case[] = [
  [401, undefined, 'bad-credentials'],
  [403, undefined, 'bad-credentials'],
  [404, undefined, 'misconfigured'],
  [405, undefined, 'misconfigured'],
  [413, undefined, 'rejected'],
  [429, undefined, 'wait'],
  [500, undefined, 'wait'],
  [502, undefined, 'wait'],
  [503, undefined, 'wait'],
  [504, undefined, 'wait'],
  [599, undefined, 'wait'],
  [404, 1234567, 'misconfigured'],
  [413, 1234567, 'rejected'],
  [429, 1234567, 'wait'],
  [500, 1234567, 'wait'],
];

/** A status of a failing server or gateway outweighs a code that would be final for the picture. */
const contradictions: readonly Case[] = [
  [500, 4000201, 'wait'],
  [503, 5004003, 'wait'],
  [502, 4000002, 'wait'],
  [429, 4000201, 'wait'],
];

const outsideTheContract: readonly Case[] = [
  [200, undefined, 'broken-contract'],
  [204, undefined, 'broken-contract'],
  [302, undefined, 'broken-contract'],
  [400, undefined, 'broken-contract'],
  [415, undefined, 'broken-contract'],
  [302, 0, 'broken-contract'],
  [400, 0, 'broken-contract'],
  [200, 1, 'broken-contract'],
  [200, 200, 'broken-contract'],
  [200, 4000007, 'broken-contract'],
  [200, 4000502, 'broken-contract'],
  [200, -2, 'broken-contract'],
];

for (const [what, cases] of [
  ['the service answers with HTTP 200 and its code', servicesCodes],
  ['the gateway answers with a real HTTP status and its code', gatewaysCodes],
  ['the HTTP status decides without a known code', statusesThatDecide],
  ['the HTTP status of a failure outweighs the code', contradictions],
  ['anything else breaks the contract', outsideTheContract],
] as const) {
  describe(what, () => {
    for (const [httpStatus, resultCode, verdict] of cases) {
      test(`HTTP ${httpStatus} with ${resultCode === undefined ? 'no envelope' : `code ${resultCode}`} means ${verdict}`, () => {
        assert.equal(classify(httpStatus, resultCode).resultClass, verdict);
      });
    }
  });
}

test("the codes that end a picture carry the vendor's name of the code", () => {
  const named = [4000201, 5004003, 4000001, 4000002, 4000003, 4000004, 4131000, 400, 415].map(
    (resultCode) => classify(200, resultCode).key,
  );
  assert.deepEqual(named, [
    'VEHICLE_PLATE_NOT_FOUND',
    'OCR_VEHICLE_PLATE_RECOGNITION_FAIL',
    'INVALID_PARAMETER',
    'INVALID_FILE',
    'INVALID_FILE_TYPE',
    'UPLOADED_FILE_IS_EMPTY',
    'MAX_UPLOAD_SIZE_EXCEEDED',
    'BAD_REQUEST',
    'UNSUPPORTED_MEDIA_TYPE',
  ]);
});
