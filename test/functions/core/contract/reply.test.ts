import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { brokenContract, readReply, type Reply } from '../../../../functions/core/contract/reply.ts';

const box = { x1: 340, y1: 3231, x2: 523, y2: 3231, x3: 523, y3: 3297, x4: 340, y4: 3297 };
const success = { isSuccessful: true, resultCode: 0, resultMessage: 'SUCCESS' };
const value = { value: '123가4567', conf: 0.93 };
const result = { fileType: 'png', values: [value], boxes: [box], resolution: 'normal' };

function read(body: unknown, httpStatus = 200, retryAfterSeconds?: number): Reply {
  return readReply(httpStatus, JSON.stringify(body), retryAfterSeconds);
}

function readSuccess(differences: Readonly<Record<string, unknown>>): Reply {
  return read({ header: success, result: { ...result, ...differences } });
}

function failure(resultCode: number) {
  return { header: { isSuccessful: false, resultCode, resultMessage: 'FAIL' } };
}

function assertBrokenContract(reply: Reply) {
  assert.equal(reply.kind, 'wait');
  assert.deepEqual([reply.reason.code, reply.brokenContract], ['BROKEN_CONTRACT', true]);
}

test('hangul, confidence, box and resolution arrive as they were sent', () => {
  assert.deepEqual(read({ header: success, result }), {
    kind: 'read',
    plates: [{ plate: '123가4567', confidence: 0.93, box }],
    resolution: 'normal',
  });
});

test('every plate keeps its own box, in the order of the vendor', () => {
  const otherBox = { ...box, x1: 1, x4: 1 };
  const reply = readSuccess({ values: [value, { value: '12나3456', conf: 0.97 }], boxes: [box, otherBox] });
  assert.equal(reply.kind, 'read');
  assert.deepEqual(reply.plates, [
    { plate: '123가4567', confidence: 0.93, box },
    { plate: '12나3456', confidence: 0.97, box: otherBox },
  ]);
});

for (const conf of [0, 1]) {
  test(`a confidence of exactly ${conf} is one`, () => {
    const reply = readSuccess({ values: [{ ...value, conf }] });
    assert.ok(reply.kind === 'read' && reply.plates[0].confidence === conf);
  });
}

test('a plate of 64 characters is one', () => {
  assert.equal(readSuccess({ values: [{ ...value, value: '가'.repeat(64) }] }).kind, 'read');
});

for (const resolution of [undefined, null, '']) {
  test(`a resolution of ${JSON.stringify(resolution)} is left out`, () => {
    const reply = readSuccess({ resolution });
    assert.ok(reply.kind === 'read' && !('resolution' in reply));
  });
}

test('fields that the endpoint may add do no harm', () => {
  const reply = read({ header: { ...success, requestId: 1 }, result: { ...result, more: [] }, more: {} });
  assert.equal(reply.kind, 'read');
});

for (const [what, differences] of [
  ['an empty list of values', { values: [], boxes: [] }],
  ['an empty list of values without boxes', { values: [], boxes: undefined }],
] as const) {
  test(`${what} means that there is no plate`, () => {
    assert.equal(readSuccess(differences).kind, 'no-plate');
  });
}

describe('breaks the contract, and the picture waits:', () => {
  for (const [what, differences] of [
    ['values without boxes', { boxes: undefined }],
    ['more values than boxes', { values: [value, value] }],
    ['more boxes than values', { boxes: [box, box] }],
    ['no values', { values: undefined }],
    ['values that are no list', { values: value }],
    ['a confidence in words', { values: [{ ...value, conf: '0.9' }] }],
    ['a confidence above 1', { values: [{ ...value, conf: 1.2 }] }],
    ['a confidence below 0', { values: [{ ...value, conf: -0.1 }] }],
    ['a confidence too small for DynamoDB', { values: [{ ...value, conf: 1e-131 }] }],
    ['a value without a confidence', { values: [{ value: '123가4567' }] }],
    ['an empty plate', { values: [{ ...value, value: '' }] }],
    ['a plate that is a number', { values: [{ ...value, value: 1234567 }] }],
    ['a plate of 65 characters', { values: [{ ...value, value: '가'.repeat(65) }] }],
    ['a box without a corner', { boxes: [{ ...box, x4: undefined }] }],
    ['a corner in words', { boxes: [{ ...box, y2: '3231' }] }],
    ['a corner that no picture has', { boxes: [{ ...box, x1: 1_000_001 }] }],
    ['a corner too small for DynamoDB', { boxes: [{ ...box, x1: 1e-131 }] }],
    ['101 plates', { values: Array(101).fill(value), boxes: Array(101).fill(box) }],
    ['a resolution that is none', { resolution: 'n'.repeat(33) }],
  ] as const) {
    test(what, () => {
      assertBrokenContract(readSuccess(differences));
    });
  }

  test('a number too large for JavaScript', () => {
    const body = JSON.stringify({ header: success, result }).replace('0.93', '1e400');
    assertBrokenContract(readReply(200, body, undefined));
  });

  for (const [what, body] of [
    ['no result', { header: success }],
    ['a result that is null', { header: success, result: null }],
    ['no header', { result }],
    ['a header without a code', { header: { isSuccessful: true }, result }],
    ['a code in words', { header: { ...success, resultCode: '0' }, result }],
    ['a code that is no whole number', { header: { ...success, resultCode: 0.5 }, result }],
    ['isSuccessful in words', { header: { ...success, isSuccessful: 'true' }, result }],
    ['success with a code of failure', { header: { ...success, resultCode: 4000201 }, result }],
    ['failure with the code of success', { header: { ...success, isSuccessful: false }, result }],
    ['an unknown code', failure(1234567)],
    ['null', null],
    ['a list', []],
  ] as const) {
    test(what, () => {
      assertBrokenContract(read(body));
    });
  }

  for (const [what, body] of [
    ['no text', undefined],
    ['nothing', ''],
    ['HTML', '<html><body>200 OK</body></html>'],
    ['half of a reply', JSON.stringify({ header: success, result }).slice(0, -20)],
  ] as const) {
    test(what, () => {
      assertBrokenContract(readReply(200, body, undefined));
    });
  }

  test('a redirect', () => {
    assertBrokenContract(readReply(302, '', undefined));
  });
});

describe('each verdict becomes an answer:', () => {
  for (const [httpStatus, resultCode, kind, code] of [
    [200, 4000201, 'no-plate', 'VEHICLE_PLATE_NOT_FOUND'],
    [200, 5004003, 'unreadable', 'OCR_VEHICLE_PLATE_RECOGNITION_FAIL'],
    [200, 4000002, 'rejected', 'INVALID_FILE'],
    [401, 4010001, 'bad-credentials', 'INVALID_APPKEY_SECRETKEY'],
    [404, 4041007, 'misconfigured', 'URL_NOT_FOUND'],
    [200, 5000503, 'wait', 'API_TEMPORARILY_UNAVAILABLE'],
    [200, 5000001, 'wait', 'VENDOR_FAILURE'],
  ] as const) {
    test(`HTTP ${httpStatus} with code ${resultCode} is ${kind}`, () => {
      const reply = read(failure(resultCode), httpStatus);
      assert.ok(reply.kind !== 'read');
      assert.deepEqual([reply.kind, reply.reason.code], [kind, code]);
    });
  }
});

test('HTML with HTTP 503 is a failure of the vendor, not a broken contract', () => {
  const reply = readReply(503, '<html>Service Unavailable</html>', undefined);
  assert.deepEqual([reply.kind, 'brokenContract' in reply], ['wait', false]);
});

for (const resultCode of [4291000, 5000001]) {
  test(`after code ${resultCode} the picture waits as long as Retry-After says`, () => {
    const reply = read(failure(resultCode), 200, 77);
    assert.ok(reply.kind === 'wait' && reply.retryAfterSeconds === 77);
  });

  test(`after code ${resultCode} without Retry-After no time is made up`, () => {
    assert.ok(!('retryAfterSeconds' in read(failure(resultCode))));
  });
}

test('a used-up quota is asked again after an hour', () => {
  const reply = read(failure(4291001), 429);
  assert.ok(reply.kind === 'wait' && reply.retryAfterSeconds === 3600);
});

test('a used-up quota with Retry-After is asked again when that says', () => {
  const reply = read(failure(4291001), 429, 7200);
  assert.ok(reply.kind === 'wait' && reply.retryAfterSeconds === 7200);
});

test('a reason says the HTTP status and the code', () => {
  const reply = read(failure(4000002), 400);
  assert.ok(reply.kind === 'rejected');
  assert.match(reply.reason.message, /HTTP 400, result code 4000002/);
});

describe('no reason quotes anything of a reply:', () => {
  const canary = 'CANARY-12가3456';
  for (const [what, httpStatus, body] of [
    ['no JSON', 200, canary],
    ['a message of failure', 200, { header: { ...failure(4000002).header, resultMessage: canary } }],
    [
      'a message that is an object',
      401,
      { header: { ...failure(401).header, resultMessage: { [canary]: canary } } },
    ],
    ['a code in words', 200, { header: { ...success, resultCode: canary } }],
    [
      'an unknown code',
      200,
      { header: { ...failure(1234567).header, resultMessage: canary }, [canary]: canary },
    ],
    ['contradiction', 200, { header: { ...success, isSuccessful: false, resultMessage: canary }, result }],
    [
      'a wrong confidence',
      200,
      { header: success, result: { ...result, values: [{ value: canary, conf: canary }] } },
    ],
    [
      'a wrong box',
      200,
      { header: success, result: { ...result, boxes: [{ ...box, x1: canary, [canary]: 1 }] } },
    ],
    ['values without boxes', 200, { header: success, result: { values: [{ value: canary, conf: 1 }] } }],
    ['a wrong resolution', 200, { header: success, result: { ...result, resolution: canary.repeat(9) } }],
    [
      'names of fields',
      200,
      { header: success, result: { [canary]: [], values: { [canary]: 1 }, boxes: [] } },
    ],
    ['a failing server', 500, { header: { isSuccessful: canary }, [canary]: 1 }],
  ] as const) {
    test(what, () => {
      const reply = readReply(httpStatus, typeof body === 'string' ? body : JSON.stringify(body), undefined);
      assert.ok(reply.kind !== 'read');
      assert.doesNotMatch(JSON.stringify(reply.reason), /CANARY|12가3456/);
    });
  }
});

test('a reply that ended before it could be read breaks the contract', () => {
  assertBrokenContract(brokenContract(200, 'it is not HTTP'));
});

for (const boxes of [null, 'none', [{}]]) {
  test(`an empty list of values is no plate, whatever its boxes are: ${JSON.stringify(boxes)}`, () => {
    const header = { isSuccessful: true, resultCode: 0 };
    const reply = readReply(200, JSON.stringify({ header, result: { values: [], boxes } }), undefined);
    assert.equal(reply.kind, 'no-plate');
  });
}

test('a header that contradicts itself is never a final answer, whatever the HTTP status', () => {
  for (const httpStatus of [200, 400, 413]) {
    const reply = readReply(
      httpStatus,
      JSON.stringify({ header: { isSuccessful: true, resultCode: 4000001 } }),
      undefined,
    );
    assert.equal(reply.kind, 'wait');
  }
});

test('half of an emoji in a plate is replaced, since DynamoDB cannot store it', () => {
  const corners = { x1: 0, y1: 0, x2: 1, y2: 0, x3: 1, y3: 1, x4: 0, y4: 1 };
  const reply = readReply(
    200,
    `{"header":{"isSuccessful":true,"resultCode":0},"result":{"values":[{"value":"12\\ud83d3456","conf":0.5}],"boxes":[${JSON.stringify(corners)}]}}`,
    undefined,
  );
  assert.ok(reply.kind === 'read');
  assert.equal(reply.plates[0].plate, '12\ufffd3456');
});

describe('a reply of General OCR', () => {
  const textBox = (x: number, width: number) => ({
    ...{ x1: x, y1: 100, x2: x + width, y2: 100 },
    ...{ x3: x + width, y3: 140, x4: x, y4: 140 },
  });
  const general = (differences: Readonly<Record<string, unknown>> = {}) => {
    const body = {
      header: success,
      result: {
        fileType: 'jpg',
        resolution: 'normal',
        listOfInferTexts: [
          {
            inferTexts: [
              { value: '123가', conf: 0.9 },
              { value: '4567', conf: 0.8 },
              { value: '주차금지', conf: 0.99 },
            ],
          },
        ],
        listOfBoundingBoxes: [{ boundingBoxes: [textBox(100, 95), textBox(200, 80), textBox(600, 200)] }],
        ...differences,
      },
    };
    return readReply(200, JSON.stringify(body), undefined, 'general');
  };

  test('becomes the plate that its texts make', () => {
    const box = { x1: 100, y1: 100, x2: 280, y2: 100, x3: 280, y3: 140, x4: 100, y4: 140 };
    assert.deepEqual(general(), {
      kind: 'read',
      plates: [{ plate: '123가4567', confidence: 0.8, box }],
      resolution: 'normal',
    });
  });

  test('becomes the same plate where each text has a list of its own', () => {
    const reply = general({
      listOfInferTexts: [
        { inferTexts: [{ value: '123가', conf: 0.9 }] },
        { inferTexts: [{ value: '4567', conf: 0.8 }] },
      ],
      listOfBoundingBoxes: [{ boundingBoxes: [textBox(100, 95)] }, { boundingBoxes: [textBox(200, 80)] }],
    });
    assert.ok(reply.kind === 'read' && reply.plates[0].plate === '123가4567');
  });

  for (const [what, differences] of [
    ['no texts', { listOfInferTexts: [], listOfBoundingBoxes: [] }],
    [
      'texts of no plate',
      {
        listOfInferTexts: [{ inferTexts: [{ value: '주차금지', conf: 0.99 }] }],
        listOfBoundingBoxes: [{ boundingBoxes: [textBox(600, 200)] }],
      },
    ],
  ] as const) {
    test(`with ${what} means that there is no plate, and its reason tells no text`, () => {
      const reply = general(differences);
      assert.ok(reply.kind === 'no-plate' && reply.reason.code === 'NO_PLATE_IN_TEXTS');
      assert.doesNotMatch(reply.reason.message, /주차/);
    });
  }

  for (const [what, differences] of [
    ['more texts than boxes', { listOfBoundingBoxes: [{ boundingBoxes: [textBox(100, 95)] }] }],
    ['no boxes', { listOfBoundingBoxes: undefined }],
    ['the result of the vehicle-plate API', { listOfInferTexts: undefined, ...result }],
    ['a confidence of 2', { listOfInferTexts: [{ inferTexts: [{ value: '12가3456', conf: 2 }] }] }],
  ] as const) {
    test(`with ${what} breaks the contract`, () => {
      assertBrokenContract(general(differences));
    });
  }
});
