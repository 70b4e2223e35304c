import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { resolveIntrinsics, type Deployment } from './intrinsics.ts';
import { LocalStackError } from '../local-stack-error.ts';

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));

const tableShape = {
  TableName: z.string(),
  BillingMode: z.literal('PAY_PER_REQUEST'),
  AttributeDefinitions: z.array(
    z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  KeySchema: keySchema,
};

const usageTable = z.object(tableShape);

const readingsTable = z.object({
  ...tableShape,
  GlobalSecondaryIndexes: z.array(
    z.object({
      IndexName: z.string(),
      KeySchema: keySchema,
      Projection: z.object({
        ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
        NonKeyAttributes: z.array(z.string()).optional(),
      }),
    }),
  ),
});

/** A notification other than this one is refused, because the local bucket would not send it. */
const bucket = z
  .object({
    BucketName: z.string(),
    NotificationConfiguration: z.strictObject({
      QueueConfigurations: z.tuple([
        z.strictObject({ Event: z.literal('s3:ObjectCreated:*'), Queue: z.string() }),
      ]),
    }),
  })
  .transform(({ BucketName, NotificationConfiguration: { QueueConfigurations } }) => ({
    name: BucketName,
    notifiedQueueArn: QueueConfigurations[0].Queue,
  }));

/** SQS takes the attributes of a queue by CloudFormation's names, but all as strings. */
const queue = z.looseObject({ QueueName: z.string() }).transform((properties) => ({
  name: properties.QueueName,
  attributes: Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => name !== 'QueueName' && name !== 'Tags')
      .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  ),
}));

const deployedFunction = z
  .object({
    FunctionName: z.string(),
    Handler: z.string(),
    Code: z.object({ S3Key: z.string() }),
    Timeout: z.number(),
    MemorySize: z.number(),
    Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()) }),
  })
  .transform(({ FunctionName, Handler, Code, Timeout, MemorySize, Environment }) => ({
    name: FunctionName,
    // Handler is "module.export".
    moduleName: `${path.posix.parse(Handler).name}.mjs`,
    handlerName: path.posix.extname(Handler).slice('.'.length),
    zipName: path.posix.basename(Code.S3Key),
    timeoutSeconds: Timeout,
    memorySizeMb: MemorySize,
    environment: Environment.Variables,
  }));

const eventSourceMapping = z
  .object({
    EventSourceArn: z.string(),
    BatchSize: z.number(),
    FunctionResponseTypes: z.array(z.string()).default([]),
    ScalingConfig: z.object({ MaximumConcurrency: z.number() }),
  })
  .transform(({ EventSourceArn, BatchSize, FunctionResponseTypes, ScalingConfig }) => ({
    queueArn: EventSourceArn,
    batchSize: BatchSize,
    reportBatchItemFailures: FunctionResponseTypes.includes('ReportBatchItemFailures'),
    maximumConcurrency: ScalingConfig.MaximumConcurrency,
  }));

const template = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});

/** What the template says of the resources that the local stack has too, as plain values. */
export interface TemplateResources {
  bucket: z.infer<typeof bucket>;
  queue: z.infer<typeof queue>;
  deadLetterQueue: z.infer<typeof queue>;
  /** Tables as CreateTable takes them. Encryption, backups and TTL are left out: they are the service's work. */
  readingsTable: z.infer<typeof readingsTable>;
  usageTable: z.infer<typeof usageTable>;
  function: z.infer<typeof deployedFunction>;
  eventSourceMapping: z.infer<typeof eventSourceMapping>;
}

/** Reads the template that would be deployed. Throws if there is none, or if it holds what the local stack cannot follow. */
export function readTemplate(templatePath: string, deployment: Deployment): TemplateResources {
  const { Resources } = template.parse(JSON.parse(readPackaged(templatePath)));

  const read = <Schema extends z.ZodType>(logicalId: string, schema: Schema): z.infer<Schema> => {
    const properties = resolveIntrinsics(Resources[logicalId]?.Properties, Resources, deployment);
    const parsed = schema.safeParse(properties);
    if (parsed.success) return parsed.data;
    throw new LocalStackError(
      'TEMPLATE_NOT_FOLLOWED',
      `The local stack cannot follow ${logicalId} in ${templatePath}:\n${z.prettifyError(parsed.error)}`,
    );
  };

  const resources = {
    bucket: read('PicturesBucket', bucket),
    queue: read('PicturesQueue', queue),
    deadLetterQueue: read('PicturesDeadLetterQueue', queue),
    readingsTable: read('ReadingsTable', readingsTable),
    usageTable: read('UsageTable', usageTable),
    function: read('ReadPlateLambdaFunction', deployedFunction),
    eventSourceMapping: read('ReadPlateEventSourceMappingSQSPicturesQueue', eventSourceMapping),
  };
  if (resources.bucket.notifiedQueueArn !== resources.eventSourceMapping.queueArn) {
    throw new LocalStackError(
      'TEMPLATE_NOT_FOLLOWED',
      `In ${templatePath} the bucket notifies another queue than the one that the function reads.`,
    );
  }
  return resources;
}

function readPackaged(templatePath: string): string {
  try {
    return readFileSync(templatePath, 'utf8');
  } catch (cause) {
    throw new LocalStackError(
      'PACKAGE_MISSING',
      `There is no packaged template at ${templatePath}. Make it with: npm run package:local`,
      { cause },
    );
  }
}
