import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { Webhook } from 'standardwebhooks';
import * as z from 'zod/mini';
import type { Reason } from '../core/record/reason.ts';
import type { Destination } from '../core/webhook/destination.ts';
import { isPublicAddress } from '../core/webhook/public-address.ts';
import { parseWebhookUrl, type WebhookAddresses } from '../core/webhook/webhook-url.ts';

/** What came of a request. */
type Sent =
  | { readonly kind: 'answered'; readonly status: number; readonly retryAfter: string | undefined }
  /** There was no answer; it may pass. */
  | { readonly kind: 'failed'; readonly reason: Reason }
  /** The URL leads where webhooks do not go; nothing was sent. */
  | { readonly kind: 'refused'; readonly reason: Reason };

export type WebhookSender = ReturnType<typeof createWebhookSender>;

/** All addresses of a host, as `dns.lookup` finds them. */
type FindAddresses = (
  hostname: string,
  options: { readonly all: true },
  callback: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void,
) => void;

const forbiddenCode = 'WEBHOOK_FORBIDDEN_ADDRESS';

/** Signs and sends webhooks. It follows no redirect, uses no proxy and keeps no connection. */
export function createWebhookSender(settings: {
  readonly addresses: WebhookAddresses;
  /** For the whole exchange, from the resolver to the status of the answer. */
  readonly timeoutMs: number;
  readonly findAddresses?: FindAddresses;
  /** Certificates to trust instead of those of Node. */
  readonly ca?: string;
}) {
  const { addresses, timeoutMs, findAddresses = systemLookup, ca } = settings;

  /** Node connects to the addresses that this function returns, so that a name cannot change in between. */
  const lookup: LookupFunction = (hostname, options, callback) => {
    findAddresses(hostname, { ...options, all: true }, (error, found) => {
      const isForbidden = addresses === 'public' && !found.every(({ address }) => isPublicAddress(address));
      const fault = error ?? (isForbidden ? forbidden() : null);
      const [first = { address: '', family: 4 }] = found;
      if (options.all) callback(fault, fault ? [] : found);
      else callback(fault, first.address, first.family);
    });
  };

  return {
    /** Never throws for what a receiver does. */
    async send(
      { url: text, secrets }: Destination,
      message: { readonly id: string; readonly body: string; readonly sentAtMs: number },
    ): Promise<Sent> {
      const parsed = parseWebhookUrl(text, addresses);
      if (parsed.kind === 'refused') {
        return { kind: 'refused', reason: { code: 'WEBHOOK_FORBIDDEN_URL', message: parsed.message } };
      }
      const { id, body, sentAtMs } = message;
      const sentAt = new Date(sentAtMs);
      const headers = {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        'user-agent': 'Plateline',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(sentAtMs / 1000)),
        'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, sentAt, body)).join(' '),
      };
      const signal = AbortSignal.timeout(timeoutMs);
      const options = { method: 'POST', headers, lookup, signal, agent: false, ...(ca && { ca }) } as const;
      try {
        return await exchange(parsed.url, options, body);
      } catch (error) {
        return sentOfError(error, signal.aborted);
      }
    },
  };
}

async function exchange(url: URL, options: https.RequestOptions, body: string): Promise<Sent> {
  const { promise, resolve, reject } = Promise.withResolvers<Sent>();
  const { request } = url.protocol === 'https:' ? https : http;
  request(url, options, (answer) => {
    const { statusCode: status = 0, headers } = answer;
    resolve({ kind: 'answered', status, retryAfter: headers['retry-after'] });
    // The body of the answer says nothing to us, and could be endless.
    answer.destroy();
  })
    .on('error', reject)
    .end(body);
  return await promise;
}

function forbidden(): NodeJS.ErrnoException {
  return Object.assign(new Error('The name resolves to an address that is not public.'), {
    code: forbiddenCode,
  });
}

const coded = z.object({ code: z.string().check(z.regex(/^[A-Z][A-Z0-9_]*$/)) });

/** OpenSSL's and Node's codes for a certificate that is not accepted. */
const certificateCode = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/;

/** The error's text is omitted: it quotes the host, which can be a secret part of the URL. */
function sentOfError(error: unknown, isTimedOut: boolean): Sent {
  const code = coded.safeParse(error).data?.code ?? 'UNKNOWN';
  const failed = (reasonCode: string, message: string): Sent => ({
    kind: 'failed',
    reason: { code: reasonCode, message },
  });
  if (isTimedOut) return failed('WEBHOOK_TIMEOUT', 'The receiver did not answer in time.');
  if (code === forbiddenCode) {
    const message = "The name of the receiver's host leads to an address that is not public.";
    return { kind: 'refused', reason: { code, message } };
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return failed('WEBHOOK_NO_HOST', `The name of the receiver's host was not found (${code}).`);
  }
  if (certificateCode.test(code)) {
    return failed('WEBHOOK_CERTIFICATE', `The receiver's certificate is not accepted (${code}).`);
  }
  return failed('WEBHOOK_UNREACHABLE', `The receiver could not be reached (${code}).`);
}
