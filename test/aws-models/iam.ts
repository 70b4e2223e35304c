import * as z from 'zod';
import type { AwsCall } from './recorded-request.ts';

/** A permission that a request needs: an action on a resource, and the condition keys of the request. */
export type Need = {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
};

const list = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const condition = z.record(z.string(), list);
const policyDocument = z.object({
  Statement: z.array(
    // Strict: a NotAction or another operator of a condition would be overlooked.
    z.strictObject({
      Sid: z.string().optional(),
      Effect: z.enum(['Allow', 'Deny']),
      Action: list,
      Resource: list,
      Condition: z
        .strictObject({ StringEquals: condition.default({}), ArnEquals: condition.default({}) })
        .default({ StringEquals: {}, ArnEquals: {} }),
    }),
  ),
});

type Policy = z.infer<typeof policyDocument>;
export const parsePolicy = (document: unknown): Policy => policyDocument.parse(document);

/** Whether IAM allows a need: a Deny wins over every Allow. */
export function isAllowed(policies: readonly Policy[], need: Need): boolean {
  const effects = grantsOf(policies)
    .filter((grant) => covers(grant, need))
    .filter(
      ({ condition: { StringEquals: texts, ArnEquals: arns } }) => isMet(texts, need) && isMet(arns, need),
    )
    .map(({ effect }) => effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

/** What the policies grant although no need asks for it. */
export function idleGrantsOf(policies: readonly Policy[], needs: readonly Need[]): readonly Grant[] {
  return grantsOf(policies).filter((grant) => !needs.some((need) => covers(grant, need)));
}

type Grant = ReturnType<typeof grantsOf>[number];

function covers(grant: Pick<Grant, 'action' | 'resource'>, { action, resource }: Need): boolean {
  return matches(grant.action, action) && matches(grant.resource, resource);
}

/** Every pair of an action and a resource in the policies. */
function grantsOf(policies: readonly Policy[]) {
  return policies.flatMap(({ Statement }) =>
    Statement.flatMap(({ Effect: effect, Action, Resource, Condition: conditions }) =>
      Action.flatMap((action) =>
        Resource.map((resource) => ({ effect, action, resource, condition: conditions })),
      ),
    ),
  );
}

/** Every key must have one of its values; a key that the request lacks meets no condition. */
function isMet(wanted: Readonly<Record<string, readonly string[]>>, { context = {} }: Need): boolean {
  return Object.entries(wanted).every(([key, values]) => values.includes(context[key] ?? ''));
}

/** IAM's wildcards: `*` matches any text, `?` any character. */
function matches(pattern: string, text: string): boolean {
  const source = pattern
    .split(/([*?])/)
    .map((part) => (part === '*' ? '.*' : part === '?' ? '.' : part.replaceAll(/[^\w]/g, '\\$&')))
    .join('');
  return new RegExp(`^${source}$`, 's').test(text);
}

const region = 'ap-northeast-2';
const account = '000000000000';

/** Actions whose name differs from that of the operation (Service Authorization Reference). */
const otherActions: Readonly<Record<string, string>> = {
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
  DeleteMessageBatch: 'DeleteMessage',
  PublishBatch: 'Publish',
  SendMessageBatch: 'SendMessage',
};

const sqsTarget = z.object({
  QueueUrl: z.string().optional(),
  QueueName: z.string().optional(),
  SourceArn: z.string().optional(),
});
const tableTarget = z.object({
  TableName: z.string().optional(),
  IndexName: z.string().optional(),
  RequestItems: z.record(z.string(), z.unknown()).default({}),
});
/** The ARN of a subscription is that of its topic with an id behind it. */
const topicTarget = z.union([
  z.object({ TopicArn: z.string() }),
  z
    .object({ SubscriptionArn: z.string() })
    .transform(({ SubscriptionArn: arn }) => ({ TopicArn: arn.slice(0, arn.lastIndexOf(':')) })),
]);
const parameterTarget = z.object({ Names: z.array(z.string()).optional(), Name: z.string().optional() });
const objectTarget = z.object({
  Bucket: z.string(),
  Key: z.string().optional(),
  VersionId: z.string().optional(),
});

/** The permissions that a request needs, by the Service Authorization Reference. */
export function needsOf({ service, operation, input }: AwsCall): Need[] {
  const action = `${service}:${otherActions[operation] ?? operation}`;
  switch (service) {
    case 'sqs': {
      const { QueueUrl = '', QueueName, SourceArn } = sqsTarget.parse(input);
      const name = QueueName ?? QueueUrl.split('/').at(-1) ?? '';
      return [{ action, resource: SourceArn ?? `arn:aws:sqs:${region}:${account}:${name}` }];
    }
    case 'dynamodb': {
      const { TableName, IndexName, RequestItems } = tableTarget.parse(input);
      const tables = TableName === undefined ? Object.keys(RequestItems) : [TableName];
      const index = IndexName === undefined ? '' : `/index/${IndexName}`;
      return tables.map((name) => ({
        action,
        resource: `arn:aws:dynamodb:${region}:${account}:table/${name}${index}`,
      }));
    }
    case 'ssm': {
      const { Names, Name = '' } = parameterTarget.parse(input);
      return (Names ?? [Name]).map((name) => ({
        action,
        resource: `arn:aws:ssm:${region}:${account}:parameter${name}`,
      }));
    }
    case 'sns':
      return [{ action, resource: topicTarget.parse(input).TopicArn }];
    case 's3':
      return needsOfS3(operation, objectTarget.parse(input));
  }
}

function needsOfS3(operation: string, target: z.infer<typeof objectTarget>): Need[] {
  const bucket = `arn:aws:s3:::${target.Bucket}`;
  const object = `${bucket}/${target.Key ?? ''}`;
  switch (operation) {
    case 'GetObject':
    case 'HeadObject':
      // Without the second one S3 answers 403 instead of 404 for what is gone.
      return target.VersionId === undefined
        ? [
            { action: 's3:GetObject', resource: object },
            { action: 's3:ListBucket', resource: bucket },
          ]
        : [
            { action: 's3:GetObjectVersion', resource: object },
            { action: 's3:ListBucketVersions', resource: bucket },
          ];
    case 'PutObject':
      return [{ action: 's3:PutObject', resource: object }];
    case 'ListObjectsV2':
      return [{ action: 's3:ListBucket', resource: bucket }];
    case 'ListObjectVersions':
      return [{ action: 's3:ListBucketVersions', resource: bucket }];
    default:
      return [{ action: `s3:${operation}`, resource: bucket }];
  }
}
