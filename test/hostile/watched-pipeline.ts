import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import type { Answer } from '../../infra/local/endpoint/endpoint-script.ts';
import { startFaultProxy, type Fault, type ProxiedRequest } from '../../infra/local/aws/fault-proxy.ts';
import { listenOnLoopback } from '../../infra/local/loopback-server.ts';
import { startScriptedEndpoint } from '../../infra/local/endpoint/scripted-endpoint.ts';
import { eventually } from '../eventually.ts';
import { plateBox, startPipeline, type Pipeline, type StoredRecord } from '../promises/pipeline.ts';
import { appKey, cameraName, canariesIn, gossip, secret } from './canaries.ts';

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

/**
 * The pipeline with the canaries as its secrets, and a recorder in front of the endpoint as of every other
 * service.
 */
export async function startWatchedPipeline() {
  const endpoint = await startScriptedEndpoint({ appKey, secretKey: secret });
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
    },
  });
  const ssm = new SSMClient(pipeline.stack.ssm.clientConfiguration);
  const { APP_KEY_PARAMETER: appKeyName, SECRET_KEY_PARAMETER: secretKeyName } =
    pipeline.stack.functionOf('read-plate').environment;
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

export type WatchedPipeline = Awaited<ReturnType<typeof startWatchedPipeline>>;

function wholeRequest({ method, rawUrl, headers, body = Buffer.alloc(0) }: ProxiedRequest) {
  return [method, rawUrl, JSON.stringify(headers), body];
}

/** The form without the picture that is its file. */
function withoutPicture(form: Buffer, picture: Uint8Array): Buffer {
  const file = Buffer.concat([Buffer.from('\r\n\r\n'), picture, Buffer.from('\r\n--')]);
  const start = form.indexOf(file);
  return start < 0 ? form : Buffer.concat([form.subarray(0, start), form.subarray(start + file.length)]);
}

const parkedMessage = z.looseObject({ MessageBody: z.string() });

/** Without the body of a message that is parked, which goes as it came. */
function withoutMessageBody(request: ProxiedRequest): ProxiedRequest {
  if (request.operation !== 'SendMessage') return request;
  const message = parkedMessage.parse(JSON.parse(String(request.body)));
  return { ...request, body: Buffer.from(JSON.stringify({ ...message, MessageBody: '' })) };
}

/** What is said of a plate is in these, and in no log. */
const plateAttributes = ['plate', 'plates', 'plateKey', 'plateFaults', 'plateCorrections', 'lastFour'];

/** `pictures` are those that hold canaries themselves: they are sent as they are. */
export function assertNothingLeaked(
  { pipeline, recorder, elsewhere }: WatchedPipeline,
  records: StoredRecord[],
  firstLine = 0,
  pictures: readonly Uint8Array[] = [],
): void {
  const attributeNames = new RegExp(`"(${plateAttributes.join('|')})\\\\?"`);
  assert.deepEqual(
    pipeline.log.slice(firstLine).filter((line) => canariesIn(line).length > 0 || attributeNames.test(line)),
    [],
    'in the log and the metrics',
  );

  for (const { rawUrl, headers, body = Buffer.alloc(0), method } of recorder.requests) {
    const { authorization, ...others } = headers;
    assert.equal(authorization, secret);
    assert.deepEqual(canariesIn(rawUrl), ['app key']);
    assert.deepEqual(
      canariesIn(method, JSON.stringify(others), pictures.reduce(withoutPicture, body)),
      [],
      'elsewhere in a request to the endpoint',
    );
  }

  // What the test itself uploads, puts and sends is no request of the function.
  const { s3, sqs, ssm, dynamodb } = pipeline.stack;
  const toS3 = s3.requests.filter(({ method }) => method !== 'PUT');
  const toSqs = sqs.requests.filter(({ operation }) => operation !== 'SendMessageBatch');
  const toParameterStore = ssm.requests.filter(({ operation }) => operation !== 'PutParameter');
  for (const request of [...toS3, ...toSqs.map(withoutMessageBody), ...toParameterStore]) {
    assert.deepEqual(
      canariesIn(...wholeRequest(request)),
      [],
      `in a request, ${request.operation ?? 'to S3'}`,
    );
  }
  for (const request of dynamodb.requests) {
    const body = request.body?.toString().replaceAll(cameraName, '') ?? '';
    const found = canariesIn(...wholeRequest({ ...request, body: Buffer.from(body) }));
    const writesRead = body.includes('"READ"');
    assert.deepEqual(found, writesRead ? ['plate'] : [], 'in a request to DynamoDB');
  }

  for (const record of records) {
    const others = Object.entries(record).filter(([name]) => !plateAttributes.includes(name));
    const text = JSON.stringify(others).replaceAll(cameraName, '');
    assert.deepEqual(canariesIn(text), [], 'in a record, next to its plate');
  }
  assert.equal(elsewhere.connectionCount, 0, 'another host was asked');
}

/** A reply of the endpoint with these plates. */
export const plates = (...texts: string[]): Answer => ({
  kind: 'plates',
  plates: texts.map((text) => ({ plate: text, confidence: 0.9, box: plateBox })),
});

/** A reply of a service of AWS that says more than it should. */
export const awsReply = (body: string, statusCode = 400, headers: Record<string, string> = {}): Fault => ({
  kind: 'reply',
  statusCode,
  headers: {
    'content-type': 'application/x-amz-json-1.1',
    'x-gossip': Buffer.from(gossip).toString('latin1'),
    ...headers,
  },
  body,
});

/** More than all tries of the SDK within one invocation. */
export const always = 40;

/** Waits until a line with these words is written that was not before. */
export async function told({ log }: Pipeline, words: string, linesBefore: number): Promise<void> {
  await eventually(`a line with ${words}`, () =>
    log.slice(linesBefore).some((line) => line.includes(words)) ? true : undefined,
  );
}

/**
 * The only sandbox receives this message, which announces nothing, when it is through with what was sent
 * before.
 */
export async function throughWithAllBefore(pipeline: Pipeline): Promise<void> {
  const linesBefore = pipeline.log.length;
  await pipeline.send({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: gossip });
  await told(pipeline, '"message ignored"', linesBefore);
}
