import assert from 'node:assert/strict';
import { DeleteItemCommand, DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, test, type TestContext } from 'vitest';
import * as z from 'zod';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { PlatelineEvent } from '../../../functions/core/event/event.ts';
import type { Webhook as StoredWebhook } from '../../../functions/core/webhook/webhook.ts';
import { putSecureString } from '../../../infra/local/aws/resources.ts';
import { startLocalStack } from '../../../infra/local/stack.ts';
import { putItems } from '../../cli/put-items.ts';
import { eventually } from '../../eventually.ts';
import { matchedEvent, readingEvent } from '../../fakes/events.ts';
import { startWebhookReceiver } from '../../fakes/webhook-receiver.ts';

const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

/** A local stack with its clients, and webhooks as `plateline webhook add` stores them. */
async function startWebhooks() {
  const stack = await startLocalStack();
  const dynamodb = new DynamoDBClient(stack.dynamodb.clientConfiguration);
  const sqs = new SQSClient(stack.sqs.clientConfiguration);
  const sns = new SNSClient(stack.sqs.clientConfiguration);
  const ssm = new SSMClient(stack.ssm.clientConfiguration);

  return {
    add: async (webhookId: string, url: string, settings: Partial<StoredWebhook> = {}) => {
      const value = JSON.stringify({ url, secrets: [secret] });
      await putSecureString(ssm, `/plateline/local/webhooks/${webhookId}`, value);
      const addedAt = '2026-11-22T00:00:00.000Z';
      const webhook = { webhookId, address: url, format: 'json', addedAt, ...settings };
      await putItems(dynamodb, stack.webhooksTableName, [
        { collection: 'webhooks', item: webhookId, ...webhook },
      ]);
    },
    remove: async (webhookId: string) => {
      const Key = marshall({ collection: 'webhooks', item: webhookId });
      await dynamodb.send(new DeleteItemCommand({ TableName: stack.webhooksTableName, Key }));
    },
    publish: async (...events: readonly PlatelineEvent[]) => {
      for (const event of events) {
        const Message = JSON.stringify(event);
        await sns.send(new PublishCommand({ TopicArn: stack.eventsTopicArn, Message }));
      }
    },
    send: (body: string) =>
      sqs.send(new SendMessageCommand({ QueueUrl: stack.webhooksQueueUrl, MessageBody: body })),
    /** The next dead letter: why it is there, and its body. */
    deadLetter: () =>
      eventually('a dead letter', async () => {
        const { Messages: [message] = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: stack.webhooksDeadLetterQueueUrl,
            MessageAttributeNames: ['fault'],
          }),
        );
        return message && { fault: message.MessageAttributes?.['fault']?.StringValue, body: message.Body };
      }),
    log: async (webhookId: string) => {
      const { Items: items = [] } = await dynamodb.send(
        new QueryCommand({
          TableName: stack.webhooksTableName,
          KeyConditionExpression: '#collection = :log',
          ExpressionAttributeNames: { '#collection': 'collection' },
          ExpressionAttributeValues: marshall({ ':log': `log#${webhookId}` }),
        }),
      );
      return items.map((item) => logged.parse(unmarshall(item)));
    },
    stop: async () => {
      for (const client of [dynamodb, sqs, sns, ssm]) client.destroy();
      await stack.stop();
    },
  };
}

const logged = z.object({ eventId: z.string(), result: z.string(), expiresAt: z.number() }).loose();

describe('an event of the topic', () => {
  let webhooks: Awaited<ReturnType<typeof startWebhooks>>;
  beforeAll(async () => {
    webhooks = await startWebhooks();
  });
  afterAll(() => webhooks.stop());

  const startReceiver = async (t: TestContext, statusOf?: Parameters<typeof startWebhookReceiver>[0]) => {
    const receiver = await startWebhookReceiver(statusOf);
    t.onTestFinished(() => receiver.stop());
    return receiver;
  };
  const idsOf = (received: readonly { headers: Readonly<Record<string, string>> }[]) =>
    received.map(({ headers }) => headers['webhook-id']).toSorted();

  test('reaches every webhook that asked for it, signed, with the id of the event', async (t) => {
    const [everything, matches, others] = [
      await startReceiver(t),
      await startReceiver(t),
      await startReceiver(t),
    ];
    await webhooks.add('everything', everything.url);
    await webhooks.add('matches', matches.url, { events: ['list.matched'], lists: ['blocked'] });
    await webhooks.add('others', others.url, { events: ['list.matched'], lists: ['residents'] });
    await webhooks.publish(readingEvent('r-1'), matchedEvent({}, 'm-1'));
    await eventually('both events', () => (everything.received.length === 2 ? true : undefined));
    await eventually('the match', () => matches.received[0]);
    assert.deepEqual(idsOf(everything.received), ['m-1', 'r-1']);
    assert.deepEqual(idsOf(matches.received), ['m-1']);
    assert.deepEqual(others.received, []);
    const [match] = matches.received;
    assert.ok(match);
    assert.deepEqual(new Webhook(secret).verify(match.body, match.headers), matchedEvent({}, 'm-1'));
    for (const name of ['everything', 'matches', 'others']) await webhooks.remove(name);
  });

  test('reaches a receiver at once while another is down, and waits for the other one', async (t) => {
    const [healthy, down] = [await startReceiver(t), await startReceiver(t, () => 503)];
    await webhooks.add('healthy', healthy.url);
    await webhooks.add('down', down.url);
    const ids = Array.from({ length: 30 }, (_, index) => `event-${String(index).padStart(2, '0')}`);
    await webhooks.publish(...ids.map((id) => readingEvent(id)));
    await eventually('all events', () => (healthy.received.length >= ids.length ? true : undefined));
    assert.deepEqual(idsOf(healthy.received), ids);
    // After five failures in a row, no more deliveries were tried than had begun by then.
    await eventually('the pause', async () => ((await webhooks.log('down')).length >= 5 ? true : undefined));
    assert.ok(down.received.length < ids.length);
    const results = new Set((await webhooks.log('down')).map(({ result }) => result));
    assert.deepEqual([...results], ['failed']);
    await webhooks.remove('down');
    await webhooks.remove('healthy');
  });

  test('goes to the dead-letter queue with its reason where the receiver wants no more', async (t) => {
    const gone = await startReceiver(t, () => 410);
    await webhooks.add('gone', gone.url);
    await webhooks.publish(matchedEvent({}, 'unwanted'));
    const { fault, body = '' } = await webhooks.deadLetter();
    assert.equal(fault, 'HTTP_410: The receiver wants no more webhooks.');
    assert.deepEqual(JSON.parse(body), { webhookId: 'gone', event: matchedEvent({}, 'unwanted') });
    const [attempt] = await webhooks.log('gone');
    assert.ok(attempt);
    assert.equal(attempt.result, 'refused');
    const inDays = (attempt.expiresAt * 1000 - Date.now()) / (24 * 3600 * 1000);
    assert.ok(inDays > 6.9 && inDays <= 7);
    await webhooks.remove('gone');
  });

  test('is dropped for a webhook that was removed; a message that is no event is kept for a person', async () => {
    await webhooks.send(JSON.stringify({ webhookId: 'never-added', event: readingEvent() }));
    await webhooks.send('no event');
    const { fault, body } = await webhooks.deadLetter();
    assert.match(fault ?? '', /^NO_DELIVERY: /);
    assert.equal(body, 'no event');
  });
});
