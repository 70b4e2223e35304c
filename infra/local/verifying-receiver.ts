import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import * as z from 'zod';
import { platelineEvent, type PlatelineEvent } from '../../functions/core/event/event.ts';
import { listenOnLoopback } from './loopback-server.ts';

/** A server of webhooks that believes nothing without a valid signature. */
type VerifyingReceiver = {
  readonly url: URL;
  /** From now on, requests that are signed with this secret are accepted. */
  readonly trust: (secret: string) => void;
  /** What came with a valid signature; a repeated event once. */
  readonly events: () => readonly PlatelineEvent[];
  /** How many requests had no valid signature, or no event. */
  readonly refusedRequests: () => number;
  readonly stop: () => Promise<void>;
};

const textHeaders = z.record(z.string(), z.coerce.string());

/** Starts a receiver, as docs/webhooks.md has one; each event is handled once. */
export async function startVerifyingReceiver(
  handle: (event: PlatelineEvent) => void,
): Promise<VerifyingReceiver> {
  const byId = new Map<string, PlatelineEvent>();
  let webhook: Webhook | undefined;
  let refused = 0;
  const server = createServer((request, response) => {
    const answer = async () => {
      const body = await text(request);
      const event = webhook && verified(webhook, body, textHeaders.parse(request.headers));
      if (event === undefined) refused += 1;
      response.writeHead(event === undefined ? 401 : 204).end();
      if (event === undefined || byId.has(event.id)) return;
      byId.set(event.id, event);
      handle(event);
    };
    // A request that broke off: it comes again.
    answer().catch(() => response.destroy());
  });
  const listening = await listenOnLoopback(server, 0);
  return {
    url: new URL(listening.url),
    trust(secret) {
      webhook = new Webhook(secret);
    },
    events: () => [...byId.values()],
    refusedRequests: () => refused,
    stop: () => listening.stop(),
  };
}

/** Undefined without a valid signature. */
function verified(
  webhook: Webhook,
  body: string,
  headers: Record<string, string>,
): PlatelineEvent | undefined {
  try {
    return platelineEvent.safeParse(webhook.verify(body, headers)).data;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return undefined;
    throw error;
  }
}
