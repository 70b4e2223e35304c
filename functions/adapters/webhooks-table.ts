import {
  DynamoDBClient,
  DynamoDBServiceException,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type DynamoDBClientConfig,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import { logItemOf, webhooksCollection, type AttemptLog } from '../core/webhook/delivery-log.ts';
import { webhook, type Webhook } from '../core/webhook/webhook.ts';
import { fromAwsError } from './aws-error.ts';
import { lazily } from './lazily.ts';

export type WebhooksTable = ReturnType<typeof createWebhooksTable>;

const failuresAfter = z.object({ failures: z.number() });

/** The webhooks with their state, and the log of attempts. All methods throw an OutsideError `DYNAMODB_…`. */
export function createWebhooksTable(tableName: string, config: DynamoDBClientConfig = {}) {
  const requests = createRequests(tableName, config);

  return {
    /** All webhooks, as they are now. */
    async all(): Promise<readonly Webhook[]> {
      const webhooks: Webhook[] = [];
      let start: Awaited<ReturnType<typeof requests.query>>['LastEvaluatedKey'];
      do {
        const page = await requests.query(start);
        webhooks.push(...(page.Items ?? []).map((item) => webhook.parse(unmarshall(item))));
        start = page.LastEvaluatedKey;
      } while (start);
      return webhooks;
    },

    /** Counts a failure; returns how many there were in a row, undefined for a removed webhook. */
    async countFailure(webhookId: string): Promise<number | undefined> {
      const changed = await requests.update(webhookId, 'ADD failures :one', { ':one': 1 });
      return changed && failuresAfter.parse(changed).failures;
    },

    async pauseUntil(webhookId: string, untilMs: number): Promise<void> {
      await requests.update(webhookId, 'SET pausedUntilMs = :until', { ':until': untilMs });
    },

    /** After a pause one caller gets true and may try; the webhook is paused for all others until `untilMs`. */
    async claimTry({ webhookId, pausedUntilMs }: Webhook, untilMs: number): Promise<boolean> {
      const values = { ':until': untilMs, ':seen': pausedUntilMs };
      const condition = 'pausedUntilMs = :seen';
      return (
        (await requests.update(webhookId, 'SET pausedUntilMs = :until', values, condition)) !== undefined
      );
    },

    async recover(webhookId: string): Promise<void> {
      await requests.update(webhookId, 'SET failures = :none, pausedUntilMs = :none', { ':none': 0 });
    },

    async log(attempt: AttemptLog): Promise<void> {
      await requests.put(logItemOf(attempt));
    },
  };
}

const requestTimeoutMs = 5000;

/** The requests to the table, with their time-outs; each throws an OutsideError `DYNAMODB_…`. */
function createRequests(tableName: string, config: DynamoDBClientConfig) {
  const client = lazily(
    () =>
      new DynamoDBClient({
        requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
        ...config,
      }),
  );
  const ask = async <Answer>(request: (signal: AbortSignal) => Promise<Answer>): Promise<Answer> =>
    await request(AbortSignal.timeout(requestTimeoutMs)).catch((error: unknown) => {
      throw fromAwsError('DynamoDB', error);
    });

  return {
    query: (after: object | undefined) =>
      ask((abortSignal) =>
        client().send(
          new QueryCommand({
            TableName: tableName,
            KeyConditionExpression: '#collection = :collection',
            ExpressionAttributeNames: { '#collection': 'collection' },
            ExpressionAttributeValues: marshall({ ':collection': webhooksCollection }),
            ...(after && { ExclusiveStartKey: { ...after } }),
          }),
          { abortSignal },
        ),
      ),

    put: (item: object) =>
      ask((abortSignal) =>
        client().send(
          new PutItemCommand({
            TableName: tableName,
            Item: marshall(item, { removeUndefinedValues: true }),
          }),
          { abortSignal },
        ),
      ),

    /** Changes a webhook; undefined if it does not exist or the condition does not hold. */
    update: (webhookId: string, expression: string, values: Record<string, number>, condition?: string) =>
      ask(async (abortSignal) => {
        const conditions = ['attribute_exists(webhookId)', ...(condition === undefined ? [] : [condition])];
        try {
          const { Attributes: attributes = {} } = await client().send(
            new UpdateItemCommand({
              TableName: tableName,
              Key: marshall({ collection: webhooksCollection, item: webhookId }),
              UpdateExpression: expression,
              ConditionExpression: conditions.join(' AND '),
              ExpressionAttributeValues: marshall(values),
              ReturnValues: 'UPDATED_NEW',
            }),
            { abortSignal },
          );
          return unmarshall(attributes);
        } catch (error) {
          const isFailedCondition =
            error instanceof DynamoDBServiceException && error.name === 'ConditionalCheckFailedException';
          if (isFailedCondition) return undefined;
          throw error;
        }
      }),
  };
}
