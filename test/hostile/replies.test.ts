import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { once } from 'node:events';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, test } from 'vitest';
import * as z from 'zod';
import { createReadingsTable } from '../../functions/adapters/readings-table.ts';
import { createVehiclePlateEndpoint } from '../../functions/adapters/vehicle-plate-endpoint.ts';
import { captureOf } from '../../functions/core/capture/capture.ts';
import type { Picture } from '../../functions/core/picture/picture.ts';
import { finalRecord } from '../../functions/core/record/build-record.ts';
import type { FinalRecord } from '../../functions/core/record/record.ts';
import { readReply, type Reply } from '../../functions/core/contract/reply.ts';
import { listenOnLoopback, type LoopbackServer } from '../../infra/local/loopback-server.ts';
import { startLocalStack, type LocalStack } from '../../infra/local/stack.ts';
import { makeUploadedObject } from '../fakes/uploaded-objects.ts';
import { makeJpeg } from '../fakes/pictures.ts';

const nowMs = Date.parse('2026-11-22T08:15:05.000Z');
const jpeg = makeJpeg(1920, 1080);
const picture: Picture = {
  parts: [jpeg],
  sizeBytes: jpeg.length,
  fileType: 'jpeg',
  width: 1920,
  height: 1080,
};
const image = makeUploadedObject();
const capture = captureOf(image, undefined);
const settings = { retentionDays: 90, reviewBelowConfidence: 0.8 };

const replyKinds: readonly Reply['kind'][] = [
  'read',
  'no-plate',
  'unreadable',
  'rejected',
  'bad-credentials',
  'misconfigured',
  'wait',
];

/** DynamoDB's limits (Developer Guide, "Quotas"): a row, a partition key and a sort key, in bytes. */
const maxItemBytes = 400 * 1024;
const maxPartitionKeyBytes = 2048;
const maxSortKeyBytes = 1024;

const anyStatus = fc.oneof(
  fc.constantFrom(200, 201, 204, 302, 400, 401, 403, 404, 405, 413, 415, 429, 500, 503),
  fc.integer({ min: 100, max: 599 }),
);
const anyText = fc.string({ unit: 'binary', maxLength: 80, size: 'max' });
const anyNumber = fc.oneof(
  fc.double(),
  fc.double({ min: 0, max: 1 }),
  fc.constantFrom(5e-324, 1e-130, 9.99e-131, -0, 1e126, 2 ** 53, -1e6, 1e6 + 0.1),
);
const anyJsonValue = fc.anything({
  values: [anyText, anyNumber, fc.boolean(), fc.constant(null)],
  key: fc.oneof(anyText, fc.constantFrom('__proto__', 'header', 'result')),
  maxDepth: 3,
});

const resultCode = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  fc.constantFrom(4000201, 5004003, 4000001, 4131000, 400, 401, 4010001, 404, 4000006, 4291001, 5000503, -1),
  fc.integer(),
  anyJsonValue,
);
const plateText = fc.oneof(
  anyText,
  // Loses everything, grows or shrinks when it is normalised; or cannot be written as UTF-8.
  fc.constantFrom(
    ' - . · ',
    'ﷺ'.repeat(64),
    'ΐ'.repeat(64),
    'ß'.repeat(64),
    '\ud800',
    '123가4567',
    '12가345O',
    'OISB'.repeat(16),
    '__proto__',
  ),
);
const value = fc.record({
  value: plateText,
  conf: fc.oneof({ weight: 20, arbitrary: fc.nat(1000).map((thousandths) => thousandths / 1000) }, anyNumber),
});
const pixel = fc.oneof(
  { weight: 200, arbitrary: fc.integer({ min: -100_000, max: 100_000 }).map((tenths) => tenths / 10) },
  anyNumber,
);
const cornerNames = ['x1', 'y1', 'x2', 'y2', 'x3', 'y3', 'x4', 'y4'] as const;
const box = fc
  .array(pixel, { minLength: 8, maxLength: 8 })
  .map((pixels) => Object.fromEntries(cornerNames.map((name, index) => [name, pixels[index]])));

/** As many values as boxes, most often. */
const result = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.array(fc.tuple(value, box), { maxLength: 4, size: 'max' }).chain((plates) =>
      fc.record(
        {
          fileType: anyText,
          resolution: fc.oneof(fc.constantFrom('normal', 'low', '', null, '\udc00'), anyText),
          values: fc.constant(plates.map(([read]) => read)),
          boxes: fc.constant(plates.map(([, corners]) => corners)),
        },
        { requiredKeys: ['values', 'boxes'] },
      ),
    ),
  },
  fc.record({ values: fc.array(value), boxes: fc.array(box) }),
  anyJsonValue,
);
const envelope = fc
  .record(
    {
      header: fc.record(
        {
          isSuccessful: fc.oneof({ weight: 5, arbitrary: fc.boolean() }, anyJsonValue),
          resultCode,
          resultMessage: anyJsonValue,
        },
        { requiredKeys: ['isSuccessful', 'resultCode'] },
      ),
      result,
    },
    { requiredKeys: ['header'] },
  )
  .map((body) => JSON.stringify(body));
const success = result.map((found) =>
  JSON.stringify({ header: { isSuccessful: true, resultCode: 0, resultMessage: 'SUCCESS' }, result: found }),
);
const anyBody = fc.oneof(
  envelope,
  success,
  anyText,
  anyJsonValue.map((body) => JSON.stringify(body)),
  fc.tuple(envelope, fc.nat(300)).map(([body, length]) => body.slice(0, length)),
);

/** Only whole numbers and our own words: each of them is ASCII, and none is long. */
function assertOwnWords(reply: Reply): void {
  if (!('reason' in reply)) return;
  assert.match(reply.reason.code, /^[A-Z][A-Z0-9_]*$/);
  assert.match(reply.reason.message, /^[\w ,.():-]{1,250}$/);
}

/** Throws what DynamoDB would refuse, or store otherwise than it is. */
function assertStorable(final: FinalRecord): void {
  const item = marshall({ ...final });
  assert(Buffer.byteLength(JSON.stringify(item)) < maxItemBytes);
  assert.deepEqual(unmarshall(item), JSON.parse(JSON.stringify(final)));
  assertStorableStrings(item);
  const { plateKey, lastFour, camera, capturedAt } = final;
  for (const partitionKey of [plateKey, lastFour, camera]) {
    if (partitionKey === undefined) continue;
    assert(partitionKey !== '' && Buffer.byteLength(partitionKey) <= maxPartitionKeyBytes);
  }
  assert(capturedAt !== '' && Buffer.byteLength(capturedAt) <= maxSortKeyBytes);
}

const attributeNumber = z.object({ N: z.string() });

/** Strings are UTF-8, and numbers 0 or between 1E-130 and 9.99E+125 (Developer Guide, "Data types"). */
function assertStorableStrings(value: unknown): void {
  if (typeof value === 'string') assert(value.isWellFormed(), `${JSON.stringify(value)} is no UTF-8`);
  if (typeof value !== 'object' || value === null) return;
  const number = attributeNumber.safeParse(value).data;
  if (number) {
    const size = Math.abs(Number(number.N));
    assert(size === 0 || (size >= 1e-130 && size < 1e126), `${number.N} is out of range`);
  }
  Object.values(value).forEach(assertStorableStrings);
}

function assertReply(reply: Reply): void {
  assert(replyKinds.includes(reply.kind), reply.kind);
  assertOwnWords(reply);
  if (reply.kind === 'wait' && reply.retryAfterSeconds !== undefined) {
    assert(Number.isInteger(reply.retryAfterSeconds) && reply.retryAfterSeconds >= 0);
  }
  if (reply.kind === 'read' || reply.kind === 'no-plate') {
    assertStorable(finalRecord(reply, picture, capture, nowMs, settings));
  }
}

describe('any reply is one of the outcomes, says it in our own words, and what it read can be stored:', () => {
  const check = (bodies: fc.Arbitrary<string | undefined>, seed: number, numRuns: number) => {
    fc.assert(
      fc.property(anyStatus, bodies, fc.option(fc.nat(), { nil: undefined }), (status, body, seconds) => {
        assertReply(readReply(status, body, seconds));
      }),
      { seed, numRuns },
    );
  };

  test('any text', () => {
    check(fc.option(anyText, { nil: undefined }), 1, 2000);
  });

  test('any JSON', () => {
    check(anyBody, 2, 3000);
  });

  test('any envelope', () => {
    check(envelope, 3, 2000);
  });

  test('any success', () => {
    fc.assert(
      fc.property(success, (body) => {
        assertReply(readReply(200, body, undefined));
      }),
      { seed: 4, numRuns: 3000 },
    );
  });

  test('a success is read often enough for this to mean something', () => {
    const kinds = fc
      .sample(success, { seed: 5, numRuns: 500 })
      .map((body) => readReply(200, body, undefined).kind);
    const readCount = kinds.filter((kind) => kind === 'read').length;
    assert(readCount > 50, `${readCount} of 500 are read`);
  });

  test('a plate is kept as it came, however strange', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), (plate) => {
        const corners = Object.fromEntries(cornerNames.map((name) => [name, 1]));
        const reply = readReply(
          200,
          JSON.stringify({
            header: { isSuccessful: true, resultCode: 0 },
            result: { values: [{ value: plate, conf: 0.5 }], boxes: [corners] },
          }),
          undefined,
        );
        assert(plate.length > 64 || (reply.kind === 'read' && reply.plates[0].plate === plate));
      }),
      { seed: 6, numRuns: 500 },
    );
  });
});

describe('a reply that is too much:', () => {
  const corners = Object.fromEntries(cornerNames.map((name) => [name, 999_999.123_456_789]));
  const plates = (count: number, plate: string) =>
    JSON.stringify({
      header: { isSuccessful: true, resultCode: 0 },
      result: {
        values: Array.from({ length: count }, () => ({ value: plate, conf: 0.123_456_789_012_345 })),
        boxes: Array.from({ length: count }, () => corners),
      },
    });
  const bodies: Record<string, string> = {
    'a hundred plates of the widest letters': plates(100, '\uffff'.repeat(64)),
    'a hundred plates that grow when they are normalised': plates(100, 'ΐ'.repeat(64)),
    'five thousand plates': plates(5000, '1'),
    'a megabyte of a plate': plates(1, '9'.repeat(1024 * 1024)),
    'a megabyte of open brackets': '['.repeat(1024 * 1024),
    'values of a megabyte of nothing': `{"header":{"isSuccessful":true,"resultCode":0},"result":{"values":[${'0,'.repeat(500_000)}0]}}`,
  };
  for (const [what, body] of Object.entries(bodies)) {
    test(`${what} is judged within ten seconds`, () => {
      const startedAt = performance.now();
      assertReply(readReply(200, body, undefined));
      const tookMs = performance.now() - startedAt;
      assert(tookMs < 10_000, `it took ${tookMs} ms`);
    });
  }
});

describe('over a real connection', () => {
  type Answer = {
    readonly status: number;
    readonly headers: Record<string, string>;
    readonly body: Uint8Array;
  };
  let answer: Answer = { status: 200, headers: {}, body: Buffer.alloc(0) };
  let rawAnswer: Uint8Array = Buffer.alloc(0);
  let http: LoopbackServer;
  let tcp: LoopbackServer;
  beforeAll(async () => {
    http = await listenOnLoopback(answeringServer(), 0);
    tcp = await startRawServer();
  });
  afterAll(() => Promise.all([http.stop(), tcp.stop()]));

  function answeringServer(): Server {
    return createServer((request, response) => {
      request.resume().once('end', () => {
        response.writeHead(answer.status, answer.headers).end(answer.body);
      });
    });
  }

  /** Answers every request with `rawAnswer`, whatever that is, and hangs up. */
  async function startRawServer(): Promise<LoopbackServer> {
    const server = createTcpServer((socket) => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk) => {
        chunks.push(chunk);
        if (Buffer.concat(chunks).toString('latin1').endsWith('--\r\n')) socket.end(rawAnswer);
      });
      socket.on('error', () => socket.destroy());
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    assert(address !== null && typeof address === 'object');
    return {
      url: `http://127.0.0.1:${address.port}`,
      stop: async () => {
        const closed = once(server, 'close');
        server.close();
        await closed;
      },
    };
  }

  /** Asks the endpoint at this origin, again and again over the same connections. */
  function asker(origin: string): () => Promise<Reply> {
    const endpoint = createVehiclePlateEndpoint(
      { ocrOrigin: origin, ocrApi: 'vehicle-plate', ocrTimeoutMs: 5000, ocrConcurrency: 1 },
      () => nowMs,
    );
    return async () => {
      const { reply, calls } = await endpoint.ask(picture, { appKey: 'app-key', secretKey: 'secret-key' });
      assert(calls === 1 || calls === 2);
      return reply;
    };
  }

  test('any status with any body and any Retry-After is one of the outcomes', async () => {
    const ask = asker(http.url);
    const printable = fc.string({ unit: 'grapheme-ascii', maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 200, max: 599 }),
        fc.oneof(
          anyBody.map((body) => Buffer.from(body)),
          fc.uint8Array({ maxLength: 500 }),
        ),
        fc.record(
          {
            'retry-after': fc.oneof(printable, fc.integer().map(String)),
            'content-type': printable,
            location: printable,
          },
          { requiredKeys: [] },
        ),
        async (status, body, headers) => {
          answer = { status, headers, body };
          assertReply(await ask());
        },
      ),
      { seed: 7, numRuns: 400 },
    );
  });

  test('any bytes in place of HTTP are one of the outcomes', async () => {
    const ask = asker(tcp.url);
    const header = fc.tuple(
      fc.constantFrom('content-length', 'transfer-encoding', 'content-encoding', 'retry-after', 'upgrade'),
      fc.oneof(fc.constantFrom('0', '-1', '99999999999999999999', 'chunked', 'gzip', '5, 6'), fc.string()),
    );
    const rawBytes = fc.oneof(
      fc.uint8Array({ maxLength: 300, size: 'max' }),
      fc
        .record({
          version: fc.constantFrom('HTTP/1.1', 'HTTP/1.0', 'HTTP/2', 'ICY', ''),
          status: fc.oneof(fc.integer({ min: 100, max: 199 }), fc.integer({ min: -1, max: 1000 })),
          headers: fc.array(header, { maxLength: 3 }),
          body: anyBody,
        })
        .map(({ version, status, headers, body }) => {
          const lines = headers.map(([name, text]) => `${name}: ${text}\r\n`);
          return Buffer.from(`${version} ${status} Hostile\r\n${lines.join('')}\r\n${body}`);
        }),
    );
    await fc.assert(
      fc.asyncProperty(rawBytes, async (bytes) => {
        rawAnswer = bytes;
        assertReply(await ask());
      }),
      { seed: 8, numRuns: 400 },
    );
  });
});

test('a hundred of the longest plates fill less than a fifth of a record', () => {
  const box = { x1: -123456.789, y1: 1, x2: 2, y2: 1, x3: 2, y3: 2, x4: 1, y4: 2 };
  const read = { plate: '뷁'.repeat(64), confidence: 0.123456789, box };
  const final = finalRecord(
    { kind: 'read', plates: [read, ...Array.from({ length: 99 }, () => read)] },
    picture,
    capture,
    nowMs,
    settings,
  );
  assertStorable(final);
  assert(Buffer.byteLength(JSON.stringify(marshall({ ...final }))) < maxItemBytes / 5);
});

describe('DynamoDB takes', () => {
  let stack: LocalStack;
  let client: DynamoDBClient;
  beforeAll(async () => {
    stack = await startLocalStack({ polling: false });
    client = new DynamoDBClient(stack.dynamodb.clientConfiguration);
  });
  afterAll(async () => {
    client.destroy();
    await stack.stop();
  });

  test('the record of any plates that were read, and gives them back as they were', async () => {
    const table = createReadingsTable(stack.tableName, stack.dynamodb.clientConfiguration);
    let number = 0;
    await fc.assert(
      fc.asyncProperty(success, async (body) => {
        const reply = readReply(200, body, undefined);
        fc.pre(reply.kind === 'read');
        number += 1;
        const imageId = `${image.imageId}${number}`;
        // Not by a claim, whose five seconds a machine that stands still may use up.
        await client.send(
          new PutItemCommand({
            TableName: stack.tableName,
            Item: marshall({ imageId, status: 'PENDING', claimOwner: 'owner', claimUntil: nowMs + 60_000 }),
          }),
        );
        const final = finalRecord(reply, picture, capture, nowMs, settings);
        assert.equal(await table.record(imageId, 'owner', final, 1), 'recorded');
        const { Item: item = {} } = await client.send(
          new GetItemCommand({ TableName: stack.tableName, Key: marshall({ imageId }) }),
        );
        assert.deepEqual(unmarshall(item)['plates'], JSON.parse(JSON.stringify(reply.plates)));
      }),
      { seed: 9, numRuns: 60 },
    );
  });
});
