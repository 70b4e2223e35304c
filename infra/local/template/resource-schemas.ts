import path from 'node:path';
import * as z from 'zod';
import { eventPattern } from '../aws/event-pattern.ts';

/** Refuses any other notification, because the local bucket would not send it. */
export const bucketSchema = z
  .object({
    BucketName: z.string(),
    VersioningConfiguration: z.strictObject({ Status: z.enum(['Enabled', 'Suspended']) }),
    NotificationConfiguration: z.strictObject({
      QueueConfigurations: z.tuple([
        z.strictObject({ Event: z.literal('s3:ObjectCreated:*'), Queue: z.string() }),
      ]),
    }),
  })
  .transform(
    ({ BucketName, VersioningConfiguration, NotificationConfiguration: { QueueConfigurations } }) => ({
      name: BucketName,
      versioning: VersioningConfiguration,
      notifiedQueueArn: QueueConfigurations[0].Queue,
    }),
  );

/** The bucket of crops, which notifies nobody. */
export const cropsBucketSchema = z
  .object({ BucketName: z.string(), NotificationConfiguration: z.undefined().optional() })
  .transform(({ BucketName }) => ({ name: BucketName }));

/** SQS has CloudFormation's names for the attributes of a queue, but all values are strings. */
const queueSchema = z
  .looseObject({ Arn: z.string(), QueueName: z.string() })
  .transform(({ Arn, QueueName, ...attributes }) => ({
    arn: Arn,
    name: QueueName,
    attributes: Object.fromEntries(
      Object.entries(attributes)
        .filter(([name]) => name !== 'Tags')
        .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
    ),
  }));

/** A queue as CreateQueue takes it, and its ARN. */
export type TemplateQueue = z.infer<typeof queueSchema>;

/** All queues, by their logical ids. */
export const queuesSchema = z
  .object({
    PicturesQueue: queueSchema,
    PicturesDeadLetterQueue: queueSchema,
    WebhooksQueue: queueSchema,
    WebhooksDeadLetterQueue: queueSchema,
  })
  .catchall(queueSchema);

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));

const indexesSchema = z.array(
  z.object({
    IndexName: z.string(),
    KeySchema: keySchema,
    Projection: z.object({
      ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
      NonKeyAttributes: z.array(z.string()).optional(),
    }),
  }),
);

/** Without encryption, backups and TTL, which DynamoDB alone can do. */
const tableSchema = z.object({
  TableName: z.string(),
  BillingMode: z.literal('PAY_PER_REQUEST'),
  AttributeDefinitions: z.array(
    z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  KeySchema: keySchema,
  GlobalSecondaryIndexes: indexesSchema.optional(),
});

/** A table as CreateTable takes it. */
export type TemplateTable = z.infer<typeof tableSchema>;

/** All tables as CreateTable takes them, by their logical ids. */
export const tablesSchema = z
  .object({
    ReadingsTable: tableSchema.extend({ GlobalSecondaryIndexes: indexesSchema }),
    UsageTable: tableSchema,
    VisitsTable: tableSchema,
    ListsTable: tableSchema,
    WebhooksTable: tableSchema,
  })
  .catchall(tableSchema);

const queueEventSourceSchema = z
  .object({
    EventSourceArn: z.string().startsWith('arn:aws:sqs:', 'is not the ARN of a queue'),
    BatchSize: z.number(),
    FunctionResponseTypes: z.array(z.string()).default([]),
    ScalingConfig: z.object({ MaximumConcurrency: z.number() }).optional(),
  })
  .transform(({ EventSourceArn, BatchSize, FunctionResponseTypes, ScalingConfig }) => ({
    kind: 'queue' as const,
    arn: EventSourceArn,
    batchSize: BatchSize,
    reportBatchItemFailures: FunctionResponseTypes.includes('ReportBatchItemFailures'),
    maximumConcurrency: ScalingConfig?.MaximumConcurrency ?? Infinity,
  }));

/** Only a filter by status can be followed. */
const streamFilter = z.strictObject({
  dynamodb: z.strictObject({
    NewImage: z.strictObject({ status: z.strictObject({ S: z.array(z.string()) }) }),
  }),
});

const streamEventSourceSchema = z
  .object({
    EventSourceArn: z.string().regex(/^arn:aws:dynamodb:.*\/stream\//, "is not the ARN of a table's stream"),
    BatchSize: z.number(),
    FunctionResponseTypes: z.tuple([z.literal('ReportBatchItemFailures')]),
    BisectBatchOnFunctionError: z.boolean(),
    MaximumRecordAgeInSeconds: z.number(),
    DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }) }),
    FilterCriteria: z.object({ Filters: z.tuple([z.object({ Pattern: z.string() })]) }),
  })
  .transform((source) => ({
    kind: 'stream' as const,
    arn: source.EventSourceArn,
    batchSize: source.BatchSize,
    bisectBatchOnFunctionError: source.BisectBatchOnFunctionError,
    maximumRecordAgeSeconds: source.MaximumRecordAgeInSeconds,
    failureQueueArn: source.DestinationConfig.OnFailure.Destination,
    statuses: streamFilter.parse(JSON.parse(source.FilterCriteria.Filters[0].Pattern)).dynamodb.NewImage
      .status.S,
  }));

/** A rule that invokes a function every minute. */
const scheduleRuleSchema = z
  .object({
    ScheduleExpression: z.string().regex(/^rate\(1 minute\)$/, 'is not rate(1 minute)'),
    Targets: z.tuple([z.object({ Arn: z.string() })]),
  })
  .transform(({ Targets }) => ({ kind: 'schedule' as const, functionArn: Targets[0].Arn }));

/** A rule that brings the events of buckets to queues. */
const eventRuleSchema = z
  .object({
    EventPattern: eventPattern,
    Targets: z.array(z.object({ Arn: z.string().startsWith('arn:aws:sqs:', 'is not the ARN of a queue') })),
  })
  .transform(({ EventPattern, Targets }) => ({
    kind: 'events' as const,
    pattern: EventPattern,
    queueArns: Targets.map(({ Arn }) => Arn),
  }));

const ruleSchema = z.union([scheduleRuleSchema, eventRuleSchema]);

/** A rule of EventBridge. */
export type TemplateRule = z.infer<typeof ruleSchema>;

/** All rules, by their logical ids. */
export const rulesSchema = z.record(z.string(), ruleSchema);

/** Queues that get every message of a topic, as it was published. */
export const subscriptionsSchema = z.record(
  z.string(),
  z.strictObject({
    TopicArn: z.string(),
    Protocol: z.literal('sqs'),
    Endpoint: z.string(),
    RawMessageDelivery: z.literal(true),
  }),
);

/** All topics, by their logical ids. */
export const topicsSchema = z.record(z.string(), z.object({ TopicName: z.string() }));

const functionSchema = z
  .object({
    Arn: z.string(),
    FunctionName: z.string(),
    Handler: z.string(),
    Code: z.object({ S3Key: z.string() }),
    Timeout: z.number(),
    MemorySize: z.number(),
    Environment: z.object({ Variables: z.record(z.string(), z.coerce.string()) }),
    EventSources: z.array(z.union([streamEventSourceSchema, queueEventSourceSchema])),
  })
  .transform(({ Arn, FunctionName, Handler, Code, Timeout, MemorySize, Environment, EventSources }) => {
    // "{folder}.{export}": the bundler names the module after the folder of the handler.
    const { name: folder, ext: handlerExtension } = path.posix.parse(Handler);
    return {
      arn: Arn,
      name: FunctionName,
      folder,
      moduleName: `${folder}.mjs`,
      handlerName: handlerExtension.slice('.'.length),
      zipName: path.posix.basename(Code.S3Key),
      timeoutSeconds: Timeout,
      memorySizeMb: MemorySize,
      environment: Environment.Variables,
      eventSources: EventSources,
    };
  });

/** An event source of a function. */
export type TemplateEventSource = z.infer<typeof queueEventSourceSchema | typeof streamEventSourceSchema>;

/** A function with its environment and event sources. */
export type TemplateFunction = z.infer<typeof functionSchema>;

/** All functions, by their logical ids. */
export const functionsSchema = z.object({ ReadPlateLambdaFunction: functionSchema }).catchall(functionSchema);
