import { paginateQuery, QueryCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import {
  attemptLog,
  logCollectionOf,
  webhooksCollection,
  type AttemptLog,
} from '../../../functions/core/webhook/delivery-log.ts';
import { webhook, type Webhook } from '../../../functions/core/webhook/webhook.ts';
import { CommandError } from '../../terminal/command-error.ts';

/** The table of webhooks. */
export type WebhooksTable = { readonly dynamodb: DynamoDBClient; readonly tableName: string };

/** All webhooks, in the order of their names. */
export async function readWebhooks({ dynamodb, tableName }: WebhooksTable): Promise<readonly Webhook[]> {
  const webhooks: Webhook[] = [];
  const pages = paginateQuery(
    { client: dynamodb },
    { TableName: tableName, ConsistentRead: true, ...collection(webhooksCollection) },
  );
  for await (const { Items: page = [] } of pages) {
    webhooks.push(...page.map((item) => webhook.parse(unmarshall(item))));
  }
  return webhooks;
}

/** The webhook of this name; throws a CommandError `NO_WEBHOOK` if there is none. */
export async function webhookNamed(table: WebhooksTable, name: string): Promise<Webhook> {
  const found = (await readWebhooks(table)).find(({ webhookId }) => webhookId === name);
  if (found !== undefined) return found;
  throw new CommandError('NO_WEBHOOK', `There is no webhook ${name}; plateline webhook list shows them.`);
}

/** The latest attempts at deliveries to a webhook, the latest first. */
export async function readLog(
  { dynamodb, tableName }: WebhooksTable,
  webhookId: string,
  limit: number,
): Promise<readonly AttemptLog[]> {
  const { Items: items = [] } = await dynamodb.send(
    new QueryCommand({
      TableName: tableName,
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: limit,
      ...collection(logCollectionOf(webhookId)),
    }),
  );
  return items.map((item) => attemptLog.parse(unmarshall(item)));
}

function collection(name: string) {
  return {
    KeyConditionExpression: '#collection = :collection',
    ExpressionAttributeNames: { '#collection': 'collection' },
    ExpressionAttributeValues: marshall({ ':collection': name }),
  };
}
