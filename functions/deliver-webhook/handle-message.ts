import type { SQSRecord } from 'aws-lambda';
import type { DeliveryQueue } from '../adapters/delivery-queue.ts';
import { platelineEvent } from '../core/event/event.ts';
import { parseJson } from '../core/message/parse-json.ts';
import type { Reason } from '../core/record/reason.ts';
import { delivery, wantsEvent, type Webhook } from '../core/webhook/webhook.ts';
import type { Deliver, DeliveryOutcome } from './deliver.ts';

export type HandleMessage = ReturnType<typeof createHandleMessage>;

const unreadable: Reason = {
  code: 'NO_DELIVERY',
  message: 'The message is neither an event of Plateline nor a delivery of one.',
};

/**
 * Handles one message of the queue. An event of the topic becomes a delivery for each webhook that asked for
 * it, a message of its own, so that each is repeated alone. A delivery is sent.
 */
export function createHandleMessage({
  deliver,
  deliveries,
}: {
  readonly deliver: Deliver;
  readonly deliveries: DeliveryQueue;
}) {
  return async function handleMessage(
    { body, eventSourceARN, attributes }: SQSRecord,
    webhooks: readonly Webhook[],
  ): Promise<DeliveryOutcome> {
    const content = parseJson(body);
    const addressed = delivery.safeParse(content);
    if (addressed.success) {
      const { webhookId, event } = addressed.data;
      const webhook = webhooks.find((each) => each.webhookId === webhookId);
      // Removed since.
      if (webhook === undefined) return { kind: 'done' };
      return await deliver(webhook, event, Number(attributes.SentTimestamp));
    }
    const published = platelineEvent.safeParse(content);
    if (!published.success) return { kind: 'parked', reason: unreadable };
    const event = published.data;
    const asked = webhooks.filter((each) => wantsEvent(each, event));
    await deliveries.add(
      eventSourceARN,
      asked.map(({ webhookId }) => ({ webhookId, event })),
    );
    return { kind: 'done' };
  };
}
