import { rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod';
import { createBucketNotifications } from './aws/bucket-notifications.ts';
import { startDynamodb } from './aws/dynamodb.ts';
import { createEventSourceMapping } from './lambda/event-source-mapping.ts';
import { startFaultProxy, type FaultProxy, type FaultProxyOptions } from './endpoint/fault-proxy.ts';
import { startGateway } from './aws/gateway.ts';
import { startParameterStore } from './aws/parameter-store.ts';
import { startS3AndSqs } from './aws/s3-and-sqs.ts';
import { createSandbox, type Sandbox } from './lambda/sandbox.ts';
import { readTemplate, type TemplateResources } from './template/template.ts';
import { unpackFunction } from './lambda/unpack-function.ts';
import { startVehiclePlateEndpoint, type VehiclePlateEndpoint } from './endpoint/vehicle-plate-endpoint.ts';

const region = 'ap-northeast-2';
const defaultPackageDirectory = fileURLToPath(new URL('../../.build/local', import.meta.url));
const accountId = '000000000000';
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const appKey = 'local-app-key';
const secretKey = 'local-secret-key';

/** How a local stack differs from what is deployed. */
export interface LocalStackOptions {
  /** Holds the template and the function's zip, as `npm run package:local` makes them in `.build/local`. */
  packageDirectory?: string;
  /** A module to run instead of the packaged function; its handler must have the same name. */
  functionPath?: string;
  /** Added to the function's environment, over the template's. */
  environment?: Readonly<Record<string, string>>;
  functionTimeoutSeconds?: number;
  visibilityTimeoutSeconds?: number;
  maxReceiveCount?: number;
  /** Batches under way at once, 2 if absent, and the template's maximum at most. */
  concurrency?: number;
  /** With false the messages stay in the queue until `startPolling()`. */
  polling?: boolean;
  /** Free ports where none is given. */
  ports?: Partial<
    Readonly<Record<'s3' | 'sqs' | 'dynamodb' | 'ssm' | 'vehiclePlateEndpoint' | 'gateway', number>>
  >;
  /** Keeps all requests of the services and calls of the endpoint for a test to look at, which grow with every picture; false if absent. */
  recordRequests?: boolean;
  /** Receives the function's log, line by line. */
  onOutput?: (line: string) => void;
}

/** What an SDK client needs to reach a local service. */
interface LocalClientConfiguration {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** A service's address, what an SDK client needs to reach it, and the faults that a test scripts in front of it. */
export interface ProxiedService extends Omit<FaultProxy, 'stop'> {
  readonly clientConfiguration: LocalClientConfiguration;
  /** Past the proxy: no scripted fault meets these requests, none of them is recorded, and no object that they write is announced. */
  readonly directClientConfiguration: LocalClientConfiguration;
}

/** Everything that is deployed, on this machine. */
export interface LocalStack {
  /** One address for all services, through their proxies. */
  readonly gateway: { readonly url: string };
  readonly s3: ProxiedService;
  readonly sqs: ProxiedService;
  readonly dynamodb: ProxiedService;
  readonly ssm: ProxiedService;
  readonly vehiclePlateEndpoint: VehiclePlateEndpoint;
  /** What the parameter store holds at first and the endpoint accepts. */
  readonly appKey: string;
  readonly secretKey: string;
  readonly bucket: string;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly deadLetterQueueUrl: string;
  /** Of the readings. */
  readonly tableName: string;
  readonly usageTableName: string;
  /** All that the function finds in its environment, except what Lambda itself puts there. */
  readonly environment: Readonly<Record<string, string>>;
  /** Begins to deliver the messages of the queue; nothing happens if that has begun already. */
  startPolling(): void;
  /** A sandbox of the function that the event source mapping does not use; it ends with the stack. */
  createSandbox(): Sandbox;
  /** Ends every sandbox at once, as a crash does. */
  killSandboxes(): Promise<void>;
  /** Ends all servers and processes. */
  stop(): Promise<void>;
}

/** Starts the packaged stack on this machine. Throws, and leaves nothing running, if the package is missing or a port is taken. */
export async function startLocalStack(options: LocalStackOptions = {}): Promise<LocalStack> {
  const cleanups: Cleanup[] = [];
  const stop = async (): Promise<void> => {
    for (let cleanup = cleanups.pop(); cleanup !== undefined; cleanup = cleanups.pop()) await cleanup();
  };
  try {
    return { ...(await start(options, cleanups)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type Cleanup = () => Promise<unknown> | undefined;

/** Leaves in `cleanups`, oldest first, what ends each thing that it has started. */
async function start(options: LocalStackOptions, cleanups: Cleanup[]): Promise<Omit<LocalStack, 'stop'>> {
  const {
    packageDirectory = defaultPackageDirectory,
    ports = {},
    recordRequests = false,
    onOutput = () => undefined,
  } = options;
  const template = readTemplate(path.join(packageDirectory, 'cloudformation-template-update-stack.json'), {
    region,
    accountId,
  });

  const stopLater = <Service extends { stop(): Promise<unknown> }>(service: Service): Service => {
    cleanups.push(() => service.stop());
    return service;
  };
  const destroyLater = <Client extends { destroy(): void }>(client: Client): Client => {
    cleanups.push(() => {
      client.destroy();
      return undefined;
    });
    return client;
  };
  const clientConfigurationOf = (endpoint: string): LocalClientConfiguration => ({
    endpoint,
    region,
    credentials,
  });
  const startProxied = async (proxyOptions: FaultProxyOptions): Promise<ProxiedService> => {
    const { url, requests, fail } = stopLater(await startFaultProxy({ recordRequests, ...proxyOptions }));
    return {
      url,
      requests,
      fail,
      clientConfiguration: clientConfigurationOf(url),
      directClientConfiguration: clientConfigurationOf(proxyOptions.targetUrl),
    };
  };

  const s3AndSqs = stopLater(await startS3AndSqs(region));
  const dynalite = stopLater(await startDynamodb());
  const parameterStore = stopLater(await startParameterStore(region, accountId));
  const vehiclePlateEndpoint = stopLater(
    await startVehiclePlateEndpoint({
      appKey,
      secretKey,
      port: ports.vehiclePlateEndpoint ?? 0,
      recordCalls: recordRequests,
    }),
  );
  const sqs = await startProxied({ targetUrl: s3AndSqs.url, port: ports.sqs ?? 0 });
  const dynamodb = await startProxied({ targetUrl: dynalite.url, port: ports.dynamodb ?? 0 });
  const ssm = await startProxied({ targetUrl: parameterStore.url, port: ports.ssm ?? 0 });

  // The stack's own errands go past the proxies: no scripted fault reaches them and no request of theirs is recorded.
  const s3Client = destroyLater(new S3Client(clientConfigurationOf(s3AndSqs.url)));
  const sqsClient = destroyLater(new SQSClient(sqs.directClientConfiguration));
  const dynamodbClient = destroyLater(new DynamoDBClient(dynamodb.directClientConfiguration));
  const ssmClient = destroyLater(new SSMClient(ssm.directClientConfiguration));

  // But a queue's URL holds the address at which the queue was created, and must be the one at which the function finds it.
  const sqsThroughProxy = destroyLater(new SQSClient(sqs.clientConfiguration));
  const deadLetterQueueUrl = await createQueue(sqsThroughProxy, template.deadLetterQueue);
  const queueUrl = await createQueue(sqsThroughProxy, withOverrides(template.queue, options));
  await Promise.all(
    [template.readingsTable, template.usageTable].map((table) => createTable(dynamodbClient, table)),
  );
  const bucket = template.bucket.name;
  await s3Client.send(new CreateBucketCommand({ Bucket: bucket }));
  const notifications = createBucketNotifications({
    bucket,
    region,
    accountId,
    queueUrl,
    s3: s3Client,
    sqs: sqsClient,
  });
  await notifications.sendTestEvent();
  const s3 = await startProxied({
    targetUrl: s3AndSqs.url,
    port: ports.s3 ?? 0,
    onReply: notifications.onReply,
  });
  const gateway = stopLater(
    await startGateway(
      { s3: s3.url, sqs: sqs.url, dynamodb: dynamodb.url, ssm: ssm.url },
      ports.gateway ?? 0,
    ),
  );

  const environment = {
    ...template.function.environment,
    OCR_BASE_URL: vehiclePlateEndpoint.url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_ENDPOINT_URL_SQS: sqs.url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
    AWS_ENDPOINT_URL_SSM: ssm.url,
    ...options.environment,
  };
  await putSecureString(ssmClient, template.function.environment['APP_KEY_PARAMETER'], appKey);
  await putSecureString(ssmClient, template.function.environment['SECRET_KEY_PARAMETER'], secretKey);

  const functionDirectory = await unpackFunction(path.join(packageDirectory, template.function.zipName));
  cleanups.push(() => rm(functionDirectory, { recursive: true }));
  const sandboxes: Sandbox[] = [];
  const killSandboxes = async (): Promise<void> => {
    await Promise.all(sandboxes.map((sandbox) => sandbox.kill()));
  };
  cleanups.push(killSandboxes);
  const createFunctionSandbox = (): Sandbox => {
    const sandbox = createSandbox({
      functionName: template.function.name,
      functionArn: `arn:aws:lambda:${region}:${accountId}:function:${template.function.name}`,
      functionPath: options.functionPath ?? path.join(functionDirectory, template.function.moduleName),
      handlerName: template.function.handlerName,
      environment,
      timeoutMs: 1000 * (options.functionTimeoutSeconds ?? template.function.timeoutSeconds),
      memorySizeMb: template.function.memorySizeMb,
      onOutput,
    });
    sandboxes.push(sandbox);
    return sandbox;
  };

  const { queueArn, batchSize, reportBatchItemFailures, maximumConcurrency } = template.eventSourceMapping;
  const concurrency = Math.min(options.concurrency ?? 2, maximumConcurrency);
  const eventSourceMapping = createEventSourceMapping({
    sqs: sqsClient,
    queueUrl,
    queueArn,
    region,
    batchSize,
    reportBatchItemFailures,
    sandboxes: Array.from({ length: concurrency }, createFunctionSandbox),
    onOutput,
  });
  cleanups.push(() => {
    eventSourceMapping.stop();
    return undefined;
  });
  if (options.polling ?? true) eventSourceMapping.start();

  return {
    gateway,
    s3,
    sqs,
    dynamodb,
    ssm,
    vehiclePlateEndpoint,
    appKey,
    secretKey,
    bucket,
    queueUrl,
    queueArn,
    deadLetterQueueUrl,
    tableName: template.readingsTable.TableName,
    usageTableName: template.usageTable.TableName,
    environment,
    startPolling: eventSourceMapping.start,
    createSandbox: createFunctionSandbox,
    killSandboxes,
  };
}

async function createQueue(
  client: SQSClient,
  { name, attributes }: TemplateResources['queue'],
): Promise<string> {
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  if (QueueUrl === undefined) throw new TypeError(`SQS created ${name} but gave no URL.`);
  return QueueUrl;
}

const redrivePolicy = z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() });

/** The template's queue, with what the caller asks for instead. */
function withOverrides(
  { name, attributes }: TemplateResources['queue'],
  { visibilityTimeoutSeconds, maxReceiveCount }: LocalStackOptions,
): TemplateResources['queue'] {
  const policy = redrivePolicy.parse(JSON.parse(attributes['RedrivePolicy'] ?? ''));
  return {
    name,
    attributes: {
      ...attributes,
      ...(visibilityTimeoutSeconds !== undefined && { VisibilityTimeout: String(visibilityTimeoutSeconds) }),
      RedrivePolicy: JSON.stringify({ ...policy, ...(maxReceiveCount !== undefined && { maxReceiveCount }) }),
    },
  };
}

async function createTable(
  client: DynamoDBClient,
  table: TemplateResources['readingsTable' | 'usageTable'],
): Promise<void> {
  await client.send(new CreateTableCommand(table));
  await waitUntilTableExists(
    { client, maxWaitTime: 10, minDelay: 0.02, maxDelay: 0.1 },
    { TableName: table.TableName },
  );
}

async function putSecureString(client: SSMClient, name: string | undefined, value: string): Promise<void> {
  await client.send(new PutParameterCommand({ Name: name, Value: value, Type: 'SecureString' }));
}
