import { randomBytes } from 'node:crypto';
import { PutItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ParameterAlreadyExists, type SSMClient } from '@aws-sdk/client-ssm';
import { marshall } from '@aws-sdk/util-dynamodb';
import { webhooksCollection } from '../../functions/core/webhook/delivery-log.ts';
import type { Webhook } from '../../functions/core/webhook/webhook.ts';
import { CommandError } from '../terminal/command-error.ts';
import { putDestination } from './webhook-destination.ts';

/** Where a stage keeps its webhooks. */
type WebhookStore = {
  readonly dynamodb: DynamoDBClient;
  readonly ssm: SSMClient;
  readonly webhooksTable: string;
  readonly webhooksPath: string;
};

/** A webhook as somebody asks for it. */
type NewWebhook = Pick<Webhook, 'webhookId' | 'format' | 'events' | 'lists'> & { readonly url: URL };

/**
 * Stores a webhook with a new secret: events go to the URL from now on. Throws a CommandError `NAME_TAKEN` if
 * there is one of this name.
 */
export async function storeNewWebhook(
  { dynamodb, ssm, webhooksTable, webhooksPath }: WebhookStore,
  { url, ...chosen }: NewWebhook,
): Promise<{ readonly added: Webhook; readonly secret: string }> {
  const { webhookId } = chosen;
  const added: Webhook = {
    ...chosen,
    address: shownAddress(url, chosen.format),
    addedAt: new Date().toISOString(),
    failures: 0,
    pausedUntilMs: 0,
  };
  const secret = newSecret();
  const stored = { url: url.href, secrets: [secret] };
  try {
    await putDestination(ssm, webhooksPath, webhookId, stored, { overwrite: false });
  } catch (error) {
    if (!(error instanceof ParameterAlreadyExists)) throw error;
    throw new CommandError(
      'NAME_TAKEN',
      `There is a webhook ${webhookId} already; remove it or choose another name.`,
      { cause: error },
    );
  }
  // After its secret: the first event can follow at once.
  const item = marshall({ collection: webhooksCollection, item: webhookId, ...added });
  await dynamodb.send(new PutItemCommand({ TableName: webhooksTable, Item: item }));
  return { added, secret };
}

/** A new secret of Standard Webhooks: 32 random bytes. */
export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

/** The paths of Slack's and Discord's URLs are secrets; so can be a query. */
function shownAddress({ origin, pathname }: URL, format: Webhook['format']): string {
  return format === 'json' ? `${origin}${pathname}` : `${origin}/…`;
}
