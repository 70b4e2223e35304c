import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createResources, putSecureString, type ResourceOverrides } from './aws/resources.ts';
import { createTableStream, type TableStream } from './aws/table-stream.ts';
import {
  createClients,
  localCredentials,
  startServices,
  type LocalClients,
  type LocalServices,
  type ServicePorts,
} from './aws/services.ts';
import type { LocalEndpoint, StartEndpoint } from './endpoint/local-endpoint.ts';
import { startScriptedEndpoint, type ScriptedEndpoint } from './endpoint/scripted-endpoint.ts';
import { createLocalFunction, type LocalFunction } from './lambda/local-function.ts';
import { localTarget } from './local-target.ts';
import type { TemplateFunction } from './template/resource-schemas.ts';
import { readTemplate, type TemplateResources } from './template/template.ts';

const defaultPackageDirectory = fileURLToPath(new URL('../../.build/local', import.meta.url));
const appKey = 'local-app-key';
const secretKey = 'local-secret-key';

/** How a local stack differs from what is deployed. */
export interface LocalStackOptions extends ResourceOverrides {
  /** Holds the template and the functions' zips, as `npm run package:local` makes them in `.build/local`. */
  packageDirectory?: string;
  /** Modules that run instead of packaged functions, by the functions' folders. */
  modulePaths?: Readonly<Record<string, string>>;
  /** Added to the environment of every function, over the template's. */
  environment?: Readonly<Record<string, string>>;
  /** Replaces the time-out of every function. */
  functionTimeoutSeconds?: number;
  /** Batches of one event source that run at once; 2 if absent, and the template's maximum at most. */
  concurrency?: number;
  /** With false the messages stay in their queues until `startPolling()`. */
  polling?: boolean;
  /** Whether functions also follow the table's stream and the clock; false if absent. */
  events?: boolean;
  /** Free ports where none is given. */
  ports?: Partial<ServicePorts & { readonly vehiclePlateEndpoint: number }>;
  /** Keeps all requests and calls for a test; the list grows with every picture. False if absent. */
  recordRequests?: boolean;
  /** Receives the functions' logs, line by line. */
  onOutput?: (line: string) => void;
}

/** Everything that is deployed, on this machine. */
export interface LocalStack<Endpoint extends LocalEndpoint = ScriptedEndpoint> extends LocalServices {
  readonly vehiclePlateEndpoint: Endpoint;
  /** The keys that the parameter store holds at first and the endpoint accepts. */
  readonly appKey: string;
  readonly secretKey: string;
  /** The bucket, queues and tables of the pictures. */
  readonly bucket: string;
  readonly cropsBucket: string;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly deadLetterQueueUrl: string;
  readonly tableName: string;
  readonly usageTableName: string;
  readonly visitsTableName: string;
  readonly listsTableName: string;
  readonly webhooksTableName: string;
  readonly webhooksQueueUrl: string;
  readonly webhooksDeadLetterQueueUrl: string;
  readonly eventsTopicArn: string;
  readonly lostRecordsQueueUrl: string;
  /** The function of this folder in `functions/`; throws if the template has none. */
  functionOf(folder: string): LocalFunction;
  /** Starts to deliver messages to all functions; a second call does nothing. */
  startPolling(): void;
  /** Ends every sandbox of every function at once, as a crash does. */
  killSandboxes(): Promise<void>;
  /** Ends all servers and processes. */
  stop(): Promise<void>;
}

/** Starts the packaged stack with a scripted endpoint. Throws as `startLocalStackWith`. */
export function startLocalStack(options: LocalStackOptions = {}): Promise<LocalStack> {
  return startLocalStackWith(startScriptedEndpoint, options);
}

/**
 * Starts the packaged stack on this machine with the endpoint that `startEndpoint` starts. Throws, and leaves
 * nothing running, if the package is missing (LocalStackError) or a port is taken (code `EADDRINUSE`).
 */
export async function startLocalStackWith<Endpoint extends LocalEndpoint>(
  startEndpoint: StartEndpoint<Endpoint>,
  options: LocalStackOptions,
): Promise<LocalStack<Endpoint>> {
  const cleanup = new AsyncDisposableStack();
  try {
    return {
      ...(await start(startEndpoint, options, cleanup)),
      stop: () => cleanup.disposeAsync(),
    };
  } catch (error) {
    await cleanup.disposeAsync();
    throw error;
  }
}

async function start<Endpoint extends LocalEndpoint>(
  startEndpoint: StartEndpoint<Endpoint>,
  options: LocalStackOptions,
  cleanup: AsyncDisposableStack,
): Promise<Omit<LocalStack<Endpoint>, 'stop'>> {
  const { packageDirectory = defaultPackageDirectory, recordRequests = false } = options;
  const ports = { s3: 0, sqs: 0, dynamodb: 0, ssm: 0, gateway: 0, vehiclePlateEndpoint: 0, ...options.ports };
  const template = readTemplate(
    path.join(packageDirectory, 'cloudformation-template-update-stack.json'),
    localTarget,
  );
  const services = await startServices(cleanup, { ports, recordRequests });
  const clients = createClients(cleanup, services);
  const vehiclePlateEndpoint = cleanup.adopt(
    await startEndpoint({
      appKey,
      secretKey,
      port: ports.vehiclePlateEndpoint,
      recordCalls: recordRequests,
    }),
    (endpoint) => endpoint.stop(),
  );
  const queueUrlOf = await createResources(template, services, clients, options);
  await putKeys(clients, template);

  const stream = options.events === true ? followReadings(template, services, clients) : undefined;
  const functions = new Map<string, LocalFunction>();
  for (const deployed of Object.values(template.functions)) {
    const localFunction = await createLocalFunction(cleanup, deployed, {
      packageDirectory,
      modulePath: options.modulePaths?.[deployed.folder],
      environment: {
        ...environmentOf(deployed, services, vehiclePlateEndpoint),
        ...options.environment,
      },
      timeoutSeconds: options.functionTimeoutSeconds ?? deployed.timeoutSeconds,
      concurrency: options.concurrency ?? 2,
      sqs: clients.directSqs,
      queueUrlOf,
      stream,
      onOutput: options.onOutput ?? (() => undefined),
    });
    functions.set(deployed.folder, localFunction);
  }
  if (stream) startRules(cleanup, template, functions);
  const startPolling = () => {
    for (const each of functions.values()) each.startPolling();
  };
  if (options.polling ?? true) startPolling();

  return {
    ...services,
    vehiclePlateEndpoint,
    appKey,
    secretKey,
    ...namesOf(template, queueUrlOf),
    functionOf: (folder) => {
      const found = functions.get(folder);
      if (found === undefined) throw new TypeError(`The template has no function ${folder}.`);
      return found;
    },
    startPolling,
    killSandboxes: async () => {
      await Promise.all([...functions.values()].map((each) => each.killSandboxes()));
    },
  };
}

/** The stream of the readings. */
function followReadings(
  { tables }: TemplateResources,
  { dynamodb }: LocalServices,
  { directDynamodb }: LocalClients,
): TableStream {
  const { TableName: tableName, KeySchema: key } = tables.ReadingsTable;
  const stream = createTableStream(directDynamodb, {
    tableName,
    keyNames: key.map(({ AttributeName }) => AttributeName),
  });
  dynamodb.onReply(stream.onReply);
  return stream;
}

/** Invokes the functions of rules with a schedule every minute. */
function startRules(
  cleanup: AsyncDisposableStack,
  { rules, functions: deployed }: TemplateResources,
  functions: ReadonlyMap<string, LocalFunction>,
): void {
  for (const rule of Object.values(rules)) {
    if (rule.kind !== 'schedule') continue;
    const { functionArn } = rule;
    const folder = Object.values(deployed).find(({ arn }) => arn === functionArn)?.folder ?? '';
    const sandbox = functions.get(folder)?.createSandbox();
    const invoke = () => void sandbox?.invoke({ time: new Date().toISOString() });
    const timer = setInterval(invoke, 60_000);
    cleanup.defer(() => {
      clearInterval(timer);
    });
  }
}

/** Where the parts of the stack are. */
function namesOf(
  { bucket, cropsBucket, queues, tables, functions }: TemplateResources,
  queueUrlOf: (queueArn: string) => string,
) {
  return {
    bucket: bucket.name,
    cropsBucket: cropsBucket.name,
    queueUrl: queueUrlOf(queues.PicturesQueue.arn),
    queueArn: queues.PicturesQueue.arn,
    deadLetterQueueUrl: queueUrlOf(queues.PicturesDeadLetterQueue.arn),
    tableName: tables.ReadingsTable.TableName,
    usageTableName: tables.UsageTable.TableName,
    visitsTableName: tables.VisitsTable.TableName,
    listsTableName: tables.ListsTable.TableName,
    lostRecordsQueueUrl: queueUrlOf(queues['LostRecordsQueue']?.arn ?? ''),
    webhooksTableName: tables.WebhooksTable.TableName,
    webhooksQueueUrl: queueUrlOf(queues.WebhooksQueue.arn),
    webhooksDeadLetterQueueUrl: queueUrlOf(queues.WebhooksDeadLetterQueue.arn),
    eventsTopicArn: functions['NotifyLambdaFunction']?.environment['EVENTS_TOPIC'] ?? '',
  };
}

async function putKeys({ directSsm }: LocalClients, { functions }: TemplateResources): Promise<void> {
  const { APP_KEY_PARAMETER, SECRET_KEY_PARAMETER } = functions.ReadPlateLambdaFunction.environment;
  await putSecureString(directSsm, APP_KEY_PARAMETER, appKey);
  await putSecureString(directSsm, SECRET_KEY_PARAMETER, secretKey);
}

/** The template's variables, with the addresses of this machine. */
function environmentOf(
  { environment }: TemplateFunction,
  { s3, sqs, dynamodb, ssm }: LocalServices,
  vehiclePlateEndpoint: LocalEndpoint,
): Record<string, string> {
  return {
    ...environment,
    ...('OCR_BASE_URL' in environment && { OCR_BASE_URL: vehiclePlateEndpoint.url }),
    // Receivers on this machine have no public address.
    ...('WEBHOOK_ADDRESSES' in environment && { WEBHOOK_ADDRESSES: 'any' }),
    AWS_REGION: localTarget.region,
    AWS_ACCESS_KEY_ID: localCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localCredentials.secretAccessKey,
    AWS_ENDPOINT_URL_S3: s3.url,
    AWS_ENDPOINT_URL_SQS: sqs.url,
    AWS_ENDPOINT_URL_SNS: sqs.url,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodb.url,
    AWS_ENDPOINT_URL_SSM: ssm.url,
  };
}
