import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, test } from 'vitest';
import type { Answer } from '../../infra/local/endpoint/endpoint-script.ts';
import type { Fault, ProxiedRequest } from '../../infra/local/aws/fault-proxy.ts';
import type { LocalStack } from '../../infra/local/stack.ts';
import { makePng } from '../fakes/pictures.ts';
import { eventually } from '../eventually.ts';
import { isFinal, isWaiting, plateBox, startPipeline, type StoredRecord } from '../promises/pipeline.ts';
import { appKey, canariesIn, gossip, plate, secret } from './canaries.ts';
import {
  always,
  assertNothingLeaked,
  awsReply,
  plates,
  startWatchedPipeline,
  told,
  throughWithAllBefore,
  type WatchedPipeline,
} from './watched-pipeline.ts';

describe('the search finds a canary', () => {
  const wordings: Record<string, (canary: string) => string | Uint8Array> = {
    'as it is': (canary) => canary,
    'within a sentence': (canary) => `Unexpected token in "${canary}".`,
    'in Base64': (canary) => Buffer.from(`{"a":"${canary}"}`).toString('base64'),
    'in Base64 of another alignment': (canary) => Buffer.from(`{"ab":"${canary}"}`).toString('base64'),
    'in Base64 of the third alignment': (canary) => Buffer.from(`{"abc":"${canary}"}`).toString('base64url'),
    'percent-encoded': (canary) => encodeURIComponent(canary),
    'in UTF-16': (canary) => Buffer.from(`x${canary}`, 'utf16le'),
    'in the UTF-16 of big machines': (canary) => Buffer.from(canary, 'utf16le').swap16(),
    'in capitals': (canary) => canary.toUpperCase(),
    'read as Latin-1': (canary) => Buffer.from(canary).toString('latin1'),
    'in hexadecimal': (canary) => Buffer.from(canary).toString('hex'),
    'escaped in JSON': (canary) =>
      canary.replace(/[^ -~]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16)}`),
  };
  for (const [what, wording] of Object.entries(wordings)) {
    test(what, () => {
      assert.deepEqual(
        [secret, appKey, plate].map((canary) => canariesIn(wording(canary))),
        [['secret'], ['app key'], ['plate']],
      );
    });
  }

  test('of which only six letters are quoted', () => {
    assert.deepEqual(canariesIn(`..."${secret.slice(9, 15)}"... is not valid JSON`), ['secret']);
  });

  test('of which only a syllable is quoted', () => {
    assert.deepEqual(canariesIn('뷁 stands on no plate'), ['plate']);
  });
});

/**
 * A picture unlike any other that says nothing of the plate: the endpoint's reply is the first to name it.
 */
function pictureNumber(number: number): Buffer {
  return Buffer.concat([makePng(1920, 1080), Buffer.from(`picture ${number}`)]);
}

const failure = (resultCode: number, status = 200): Answer => ({
  kind: 'failure',
  resultCode,
  status,
  resultMessage: gossip,
});
const reply = (body: unknown, status = 200, headers: Record<string, string> = {}): Answer => ({
  kind: 'reply',
  status,
  headers: { 'x-gossip': Buffer.from(gossip).toString('latin1'), ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const success = (result: unknown): Answer =>
  reply({ header: { isSuccessful: true, resultCode: 0, resultMessage: gossip }, result });
const value = { value: plate, conf: 0.9 };

const serviceCodes = [
  4000201, 5004003, 4000001, 4000002, 4000003, 4000004, 4131000, 4010001, 4010002, 4010003, 4010004, 4010005,
  4041007, 4000005, 4000006, 4291000, 4291001, 5000503, -1, 5000001, 5000002, 5000003, 5000004, 5000005,
  5004001, 5004002, 5020001, 5030001, 4999999,
];
const httpStatuses = [400, 401, 403, 404, 405, 413, 415, 429, 500, 502, 503];
const redirects = [301, 302, 303, 307, 308];

const answersOf = (elsewhereUrl: string): Record<string, Answer> => ({
  read: plates(plate),
  'read, with gossip': success({ values: [value], boxes: [plateBox], resolution: 'normal', gossip }),
  'an empty list': success({ values: [], boxes: [], gossip }),
  ...Object.fromEntries(serviceCodes.map((code) => [`code ${code}`, failure(code)])),
  ...Object.fromEntries(httpStatuses.map((status) => [`HTTP ${status}`, failure(status, status)])),
  ...Object.fromEntries(
    httpStatuses.map((status) => [`HTTP ${status} with HTML`, reply(`<p>${gossip}`, status)]),
  ),
  ...Object.fromEntries(
    redirects.flatMap((status) =>
      [`${elsewhereUrl}/${appKey}?${secret}`, `//${elsewhereUrl.slice('http://'.length)}/`].map(
        (location, index) => [`redirect ${status} ${index}`, reply(gossip, status, { location })],
      ),
    ),
  ),
  'no JSON': reply(gossip),
  'torn JSON': reply(`{"header":{"resultMessage":"${gossip}`),
  'JSON torn at a line': reply(`{"a":\n    at ${plate} ${secret}`),
  'names of gossip': reply({ [secret]: plate, header: { [appKey]: secret } }),
  'values without boxes': success({ values: [value] }),
  'a confidence in words': success({ values: [{ ...value, conf: secret }], boxes: [plateBox] }),
  'a box with a name of its own': success({
    values: [value],
    boxes: [{ ...plateBox, x1: plate, [secret]: appKey }],
  }),
  'success and failure at once': reply({
    header: { isSuccessful: false, resultCode: 0, resultMessage: gossip },
  }),
  'a Retry-After of gossip': reply(gossip, 429, { 'retry-after': secret }),
  'a flood': { kind: 'flood', sizeBytes: 8 * 1024 * 1024 },
  'a flood of gossip': reply(gossip.repeat(20_000)),
  'half a reply': { kind: 'half' },
  'a dropped connection': { kind: 'drop' },
  silence: { kind: 'silence' },
});

const awsFaults: Readonly<Record<string, Fault>> = {
  'a denial that quotes': awsReply(
    JSON.stringify({ __type: 'AccessDeniedException', message: gossip, gossip }),
  ),
  'an error named by a secret': awsReply(JSON.stringify({ __type: secret, message: gossip })),
  'an error named after a secret': awsReply(JSON.stringify({ __type: `No ${secret}`, message: gossip })),
  'an error whose name looks like a stack’s line': awsReply(
    JSON.stringify({ __type: `a\n    at ${secret}`, message: gossip }),
  ),
  'an error that is torn': awsReply(`{"__type":"AccessDeniedException","message":"${gossip}`),
  'an error of HTML': awsReply(`<html>${gossip}</html>`, 403),
  'an error of XML': awsReply(`<Error><Code>AccessDenied</Code><Message>${gossip}</Message></Error>`, 403),
  'an error of XML named after a secret': awsReply(`<Error><Code>No ${secret}</Code></Error>`, 403),
  'an error of torn XML': awsReply(`<Error><Code>AccessDenied</Code><Message>${gossip}</Messa`, 403),
  'a success that is torn': awsReply(`{"Attributes":{"plate":{"S":"${gossip}`, 200),
  'a success that is torn in a secret': awsReply(`{"Value":"${secret}" ${secret}}`, 200),
  'a success that is torn at a line like a stack’s': awsReply(`{"Parameters":[\n    at ${secret}`, 200),
  'a short success that is torn at a line like a stack’s': awsReply(`[\n at ${secret.slice(0, 8)}`, 200),
  'a success of another form': awsReply(JSON.stringify({ Attributes: gossip, Parameters: gossip }), 200),
  'a redirect': awsReply(gossip, 307, { location: `http://127.0.0.1:9/${secret}` }),
  'a lost reply': { kind: 'lost-reply' },
};

describe('whatever the endpoint answers', () => {
  let watched: WatchedPipeline;
  let records: StoredRecord[] = [];
  beforeAll(async () => {
    watched = await startWatchedPipeline();
    const { pipeline, endpoint, elsewhere } = watched;
    const answers = Object.entries(answersOf(elsewhere.url));
    for (const [index, [key, answer]] of answers.entries()) {
      const picture = pictureNumber(index);
      const sha256 = createHash('sha256').update(picture).digest('hex');
      endpoint.script({ when: (call) => call.sha256 === sha256, answer });
      await pipeline.upload(key, picture);
    }
    pipeline.stack.startPolling();
    for (const [key] of answers)
      await pipeline.recordOf(key, (record) => isFinal(record) || isWaiting(record));
    records = await pipeline.records();
  });
  afterAll(() => watched.stop());

  test('the secret is in Authorization alone, the app key in the path alone, and the plate in the table alone', () => {
    assertNothingLeaked(watched, records);
  });

  test('the secret and the plate do arrive where they belong', () => {
    assert(watched.recorder.requests.length >= records.length);
    const read = records.filter((record) => record['status'] === 'READ');
    assert.deepEqual(
      read.map((record) => record['plate']),
      [plate, plate],
    );
  });

  test('what is written to the log is JSON, line by line', () => {
    assert(watched.pipeline.log.length > records.length);
    for (const line of watched.pipeline.log) JSON.parse(line);
  });
});

describe('whatever a service of AWS answers, nothing of it is written anywhere:', () => {
  let watched: WatchedPipeline;
  beforeAll(async () => {
    watched = await startWatchedPipeline();
    watched.endpoint.script({ answer: plates(plate) });
    watched.pipeline.stack.startPolling();
  });
  afterAll(() => watched.stop());

  /** Uploads a picture of its own, and returns it once the log tells how it ended. */
  async function upload(key: string): Promise<Buffer> {
    const { pipeline } = watched;
    const linesBefore = pipeline.log.length;
    const picture = pictureNumber(linesBefore);
    await pipeline.upload(key, picture);
    await told(pipeline, `/${key}?`, linesBefore);
    return picture;
  }

  // A sandbox asks for the address of a queue once and then knows it, so this comes first.
  for (const [what, operations] of Object.entries({
    'SQS, when a queue is looked up': ['GetQueueUrl'],
    'SQS, when the dead-letter queue is looked up': ['GetQueueAttributes'],
    'SQS, when a message is parked': ['SendMessage'],
    'SQS, when a message is delayed': ['SendMessage', 'ChangeMessageVisibilityBatch'],
  })) {
    test(what, async () => {
      const { pipeline } = watched;
      const firstLine = pipeline.log.length;
      for (const fault of Object.values(awsFaults)) {
        const lift = pipeline.stack.sqs.fail({
          when: ({ operation = '' }) => operations.includes(operation),
          times: always,
          fault,
        });
        const { requests } = pipeline.stack.sqs;
        const requestsBefore = requests.length;
        await pipeline.send('This is no JSON.');
        // Asked for this message or for an earlier one that comes back: its invocation ends before the next
        // batch is received.
        await eventually(operations.join(' and '), () => {
          const asked = new Set(requests.slice(requestsBefore).map(({ operation }) => operation));
          return operations.every((operation) => asked.has(operation)) ? true : undefined;
        });
        await throughWithAllBefore(pipeline);
        lift();
      }
      assertNothingLeaked(watched, await pipeline.records(), firstLine);
    });
  }

  const namedBy = (key: string, { rawUrl, body }: ProxiedRequest) =>
    rawUrl.includes(key) || (body?.includes(key) ?? false);
  const places = {
    'S3, when the picture is fetched': ({ s3 }: LocalStack, key: string) => ({
      service: s3,
      when: (request: ProxiedRequest) => request.method === 'GET' && namedBy(key, request),
    }),
    'DynamoDB, when the picture is claimed': ({ dynamodb }: LocalStack, key: string) => ({
      service: dynamodb,
      when: (request: ProxiedRequest) => request.operation === 'UpdateItem' && namedBy(key, request),
    }),
    'DynamoDB, when the plate is recorded': ({ dynamodb }: LocalStack, key: string) => ({
      service: dynamodb,
      when: (request: ProxiedRequest) =>
        namedBy(key, request) &&
        (request.body?.includes('"READ"') === true || request.operation === 'GetItem'),
    }),
  };
  for (const [where, place] of Object.entries(places)) {
    test(where, async () => {
      const firstLine = watched.pipeline.log.length;
      await Promise.all(
        Object.values(awsFaults).map(async (fault, index) => {
          const key = `${where.replaceAll(/\W/g, '')}-${index}.png`;
          const { service, when } = place(watched.pipeline.stack, key);
          service.fail({ when, times: always, fault });
          await upload(key);
        }),
      );
      assertNothingLeaked(watched, await watched.pipeline.records(), firstLine);
    });
  }

  test('SSM, when the secret is read', async () => {
    const firstLine = watched.pipeline.log.length;
    for (const [index, fault] of Object.values(awsFaults).entries()) {
      const lift = watched.pipeline.stack.ssm.fail({ times: always, fault });
      await upload(`SSM-${index}.png`);
      lift();
    }
    assertNothingLeaked(watched, await watched.pipeline.records(), firstLine);
  });

  test('DynamoDB, when usage is counted', async () => {
    const { pipeline } = watched;
    const { dynamodb, usageTableName } = pipeline.stack;
    const firstLine = pipeline.log.length;
    for (const [index, fault] of Object.values(awsFaults).entries()) {
      const counts = ({ body }: ProxiedRequest) => body?.includes(usageTableName) ?? false;
      const requestsBefore = dynamodb.requests.length;
      const lift = dynamodb.fail({ when: counts, times: always, fault });
      await upload(`usage-${index}.png`);
      await throughWithAllBefore(pipeline);
      assert(dynamodb.requests.slice(requestsBefore).some(counts), 'nothing was counted');
      lift();
    }
    await told(pipeline, '"usage not counted"', firstLine);
    assertNothingLeaked(watched, await pipeline.records(), firstLine);
  });

  for (const [what, value] of Object.entries({
    'with a line break': `${secret}\r\nX-Injected: yes`,
    'with other letters than ASCII': `${secret}${plate}`,
    'with a NUL': `${secret}\u0000`,
  })) {
    test(`a secret ${what} is not sent`, async () => {
      const firstLine = watched.pipeline.log.length;
      await watched.putSecret(value);
      const picture = await upload(`${what.replaceAll(' ', '-')}.png`);
      assert.equal(
        watched.recorder.requests.some(({ body }) => body?.includes(picture)),
        false,
      );
      assertNothingLeaked(watched, await watched.pipeline.records(), firstLine);
    });
  }
});

describe('a setting that is none is not quoted:', () => {
  for (const [name, value] of [
    ['OCR_BASE_URL', `https://${appKey}:${secret}@ocr.example.com`],
    ['OCR_BASE_URL', `http://${secret}.example.com/${appKey}`],
    ['OCR_BASE_URL', `${secret}\n    at ${secret}`],
    ['APP_KEY_PARAMETER', appKey],
    ['SECRET_KEY_PARAMETER', secret],
    ['KEY_TEMPLATE', `{${secret}}`],
    ['SECRET_TTL_SECONDS', secret],
  ] as const) {
    test(`${name}=${value.replace(secret, '…').replace(secret, '…').replace(appKey, '…').replace('\n', '\\n')}`, async (t) => {
      const pipeline = await startPipeline({ concurrency: 1, environment: { [name]: value } });
      t.onTestFinished(() => pipeline.stop());
      await eventually('the end of the invocation', () =>
        pipeline.log.some((line) => line.includes('invocation failed')) ? true : undefined,
      );
      assert(pipeline.log.some((line) => line.includes(name)));
      assert.deepEqual(canariesIn(...pipeline.log), []);
    });
  }
});
