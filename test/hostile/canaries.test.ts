import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Answer } from '../../infra/local/endpoint-script.ts';
import { startFaultProxy, type Fault, type ProxiedRequest } from '../../infra/local/fault-proxy.ts';
import { listenOnLoopback } from '../../infra/local/loopback-server.ts';
import type { LocalStack } from '../../infra/local/stack.ts';
import { startVehiclePlateEndpoint } from '../../infra/local/vehicle-plate-endpoint.ts';
import { makePng } from '../fakes/pictures.ts';
import { eventually } from '../local/eventually.ts';
import { isFinal, isWaiting, plateBox, startPipeline, type StoredRecord } from '../pipeline/pipeline.ts';

const secret = 'sKq7ZwTn4XcVb9LmRf2Jd6Hy8Gp3Uo5E';
const appKey = 'aWv8NxPd3QjKt6CrYz4MgBs7Fh9Le2Iu';
const plate = '펬8642뷁9753';

/** As a text may come out when it is quoted, cut, encoded or garbled on its way. */
function formsOf(canary: string): readonly string[] {
  const bytes = Buffer.from(canary);
  const letters = canary.split('');
  const swapCase = (letter: string) =>
    letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase();
  // A parser quotes no more than some ten characters of either side of what it did not understand.
  const pieceLength = 6;
  const pieces = /^[ -~]*$/.test(canary)
    ? Array.from({ length: canary.length - pieceLength + 1 }, (_, start) =>
        canary.slice(start, start + pieceLength),
      )
    : [];
  // The letters of Base64 at either end depend on what stands beside the text.
  const base64 = [0, 1, 2].map((offset) =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '')
      .slice(offset === 0 ? 0 : offset + 1, -1),
  );
  const plain = [
    canary,
    letters.map(swapCase).join(''),
    letters.toReversed().join(''),
    ...pieces,
    bytes.toString('latin1'),
    encodeURIComponent(canary),
    [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
    bytes.toString('hex'),
    ...base64,
    ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
    letters.map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
    canary.replace(/[^ -~]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16)}`),
  ].map((text) => Buffer.from(text).toString('latin1'));
  const utf16 = Buffer.from(canary, 'utf16le');
  return [...plain, utf16.toString('latin1'), Buffer.from(utf16).swap16().toString('latin1')].map((form) =>
    form.toLowerCase(),
  );
}

const canaryForms = { secret: formsOf(secret), 'app key': formsOf(appKey), plate: formsOf(plate) };
type Canary = keyof typeof canaryForms;

/** Which canaries stand in these bytes, in whatever form. */
function canariesIn(...parts: readonly (string | Uint8Array)[]): Canary[] {
  const text = parts.map((part) => Buffer.from(part).toString('latin1').toLowerCase()).join('\n');
  const found: Canary[] = [];
  for (const canary of ['secret', 'app key', 'plate'] as const) {
    if (canaryForms[canary].some((form) => text.includes(form))) found.push(canary);
  }
  return found;
}

/** All three, as a careless service might say them back. */
const gossip = `secret=${secret} appKey=${appKey} plate=${plate}`;

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
});

/** A server of another host, that nobody has any business with. */
async function startElsewhere() {
  let connectionCount = 0;
  const server = createServer((_request, response) => response.end());
  server.on('connection', () => (connectionCount += 1));
  const listening = await listenOnLoopback(server, 0);
  return {
    url: listening.url,
    stop: () => listening.stop(),
    get connectionCount() {
      return connectionCount;
    },
  };
}

/** The pipeline with the canaries as its secrets, and a recorder in front of the endpoint as of every other service. */
async function startWatchedPipeline(environment: Readonly<Record<string, string>> = {}) {
  const endpoint = await startVehiclePlateEndpoint({ appKey, secretKey: secret });
  const recorder = await startFaultProxy({ targetUrl: endpoint.url, port: 0, recordRequests: true });
  const elsewhere = await startElsewhere();
  const pipeline = await startPipeline({
    polling: false,
    concurrency: 1,
    environment: {
      OCR_BASE_URL: recorder.url,
      OCR_TIMEOUT_MS: '1000',
      SECRET_TTL_SECONDS: '0',
      HTTP_PROXY: elsewhere.url,
      HTTPS_PROXY: elsewhere.url,
      ALL_PROXY: elsewhere.url,
      ...environment,
    },
  });
  const ssm = new SSMClient(pipeline.stack.ssm.clientConfiguration);
  const { APP_KEY_PARAMETER: appKeyName, SECRET_KEY_PARAMETER: secretKeyName } = pipeline.stack.environment;
  const put = (name: string | undefined, value: string) =>
    ssm.send(new PutParameterCommand({ Name: name, Value: value, Overwrite: true }));
  await put(appKeyName, appKey);
  await put(secretKeyName, secret);
  return {
    putSecret: (value: string) => put(secretKeyName, value),
    pipeline,
    endpoint,
    recorder,
    elsewhere,
    async stop() {
      ssm.destroy();
      await pipeline.stop();
      await recorder.stop();
      await endpoint.stop();
      await elsewhere.stop();
    },
  };
}

type WatchedPipeline = Awaited<ReturnType<typeof startWatchedPipeline>>;

/** A picture unlike any other that says nothing of the plate: the endpoint's reply is the first to name it. */
function pictureNumber(number: number): Uint8Array {
  return Buffer.concat([makePng(1920, 1080), Buffer.from(`picture ${number}`)]);
}

function wholeRequest({ method, rawUrl, headers, body = Buffer.alloc(0) }: ProxiedRequest) {
  return [method, rawUrl, JSON.stringify(headers), body];
}

function assertNothingLeaked(
  { pipeline, recorder, elsewhere }: WatchedPipeline,
  records: StoredRecord[],
  firstLine = 0,
): void {
  assert.deepEqual(
    pipeline.log.slice(firstLine).filter((line) => canariesIn(line).length > 0),
    [],
    'in the log and the metrics',
  );

  for (const { rawUrl, headers, body = '', method } of recorder.requests) {
    const { authorization, ...others } = headers;
    assert.equal(authorization, secret);
    assert.deepEqual(canariesIn(rawUrl), ['app key']);
    assert.deepEqual(
      canariesIn(method, JSON.stringify(others), body),
      [],
      'elsewhere in a request to the endpoint',
    );
  }

  const { s3, sqs, ssm, dynamodb } = pipeline.stack;
  const toParameterStore = ssm.requests.filter(({ operation }) => operation !== 'PutParameter');
  for (const request of [...s3.requests, ...sqs.requests, ...toParameterStore]) {
    assert.deepEqual(
      canariesIn(...wholeRequest(request)),
      [],
      `in a request, ${request.operation ?? 'to S3'}`,
    );
  }
  for (const request of dynamodb.requests) {
    const found = canariesIn(...wholeRequest(request));
    const writesRead = request.body?.includes('"READ"') ?? false;
    assert.deepEqual(found, writesRead ? ['plate'] : [], 'in a request to DynamoDB');
  }

  const plateAttributes = ['plate', 'plates', 'plateKey'];
  for (const record of records) {
    const others = Object.entries(record).filter(([name]) => !plateAttributes.includes(name));
    assert.deepEqual(canariesIn(JSON.stringify(others)), [], 'in a record, beside its plate');
  }
  assert.equal(elsewhere.connectionCount, 0, 'another host was asked');
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
  read: { kind: 'plates', plates: [{ plate, confidence: 0.9, box: plateBox }] },
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

/** A reply of a service of AWS that says more than it should. */
const awsReply = (body: string, statusCode = 400, headers: Record<string, string> = {}): Fault => ({
  kind: 'reply',
  statusCode,
  headers: {
    'content-type': 'application/x-amz-json-1.1',
    'x-gossip': Buffer.from(gossip).toString('latin1'),
    ...headers,
  },
  body,
});
const awsFaults: Readonly<Record<string, Fault>> = {
  'a denial that quotes': awsReply(
    JSON.stringify({ __type: 'AccessDeniedException', message: gossip, gossip }),
  ),
  'an error named after a secret': awsReply(JSON.stringify({ __type: `No ${secret}`, message: gossip })),
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

/** More than all tries of the SDK within one invocation. */
const always = 40;

describe('whatever the endpoint answers', () => {
  let watched: WatchedPipeline;
  let records: StoredRecord[] = [];
  before(async () => {
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
  after(() => watched.stop());

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
  before(async () => {
    watched = await startWatchedPipeline();
    watched.endpoint.script({
      answer: { kind: 'plates', plates: [{ plate, confidence: 0.9, box: plateBox }] },
    });
    watched.pipeline.stack.startPolling();
  });
  after(() => watched.stop());

  /** Waits until a line with these words is written that was not before. */
  async function told(words: string, linesBefore: number): Promise<void> {
    await eventually(`a line with ${words}`, () =>
      watched.pipeline.log.slice(linesBefore).some((line) => line.includes(words)) ? true : undefined,
    );
  }

  async function upload(key: string): Promise<void> {
    const { pipeline } = watched;
    const linesBefore = pipeline.log.length;
    await pipeline.upload(key, pictureNumber(linesBefore));
    await told(`/${key}?`, linesBefore);
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
        const [linesBefore, requestsBefore] = [pipeline.log.length, requests.length];
        await pipeline.send('This is no JSON.');
        await told('"message troubled"', linesBefore);
        // The only sandbox takes up the next message when it is through with this one.
        await pipeline.send({ Service: 'Amazon S3', Event: 's3:TestEvent' });
        await told('"message ignored"', linesBefore);
        const asked = new Set(requests.slice(requestsBefore).map(({ operation }) => operation));
        for (const operation of operations) assert(asked.has(operation), `${operation} was not asked for`);
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

  for (const [what, value] of Object.entries({
    'with a line break': `${secret}\r\nX-Injected: yes`,
    'with other letters than ASCII': `${secret}${plate}`,
    'with a NUL': `${secret}\u0000`,
  })) {
    test(`a secret ${what} is not sent`, async () => {
      const firstLine = watched.pipeline.log.length;
      const requestsBefore = watched.recorder.requests.length;
      await watched.putSecret(value);
      await upload(`${what.replaceAll(' ', '-')}.png`);
      assert.equal(watched.recorder.requests.length, requestsBefore);
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
      t.after(() => pipeline.stop());
      await eventually('the end of the invocation', () =>
        pipeline.log.some((line) => line.includes('invocation failed')) ? true : undefined,
      );
      assert(pipeline.log.some((line) => line.includes(name)));
      assert.deepEqual(canariesIn(...pipeline.log), []);
    });
  }
});
