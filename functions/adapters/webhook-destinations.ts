import { GetParametersCommand, SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import { parseJson } from '../core/message/parse-json.ts';
import { OutsideError } from '../core/record/reason.ts';
import { destination, destinationParameterOf, type Destination } from '../core/webhook/destination.ts';
import { fromAwsError } from './aws-error.ts';
import { lazily } from './lazily.ts';

export type WebhookDestinations = ReturnType<typeof createWebhookDestinations>;

/** How long a new secret can take to have an effect. */
const cachedForMs = 60_000;
const requestTimeoutMs = 5000;

/** The URLs and secrets of webhooks, from Parameter Store. */
export function createWebhookDestinations(path: string, now: () => number, config: SSMClientConfig = {}) {
  const client = lazily(
    () =>
      new SSMClient({
        requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
        ...config,
      }),
  );
  const known = new Map<string, { readonly read: Promise<Destination>; readonly readAtMs: number }>();

  return {
    /** At most a minute old. Throws an OutsideError `SSM_…`, or `WEBHOOK_NO_SECRET` where there is none. */
    async of(webhookId: string): Promise<Destination> {
      const cached = known.get(webhookId);
      if (cached && now() - cached.readAtMs < cachedForMs) return await cached.read;
      const reading = { read: read(webhookId), readAtMs: now() };
      known.set(webhookId, reading);
      // After a failure the next caller reads again.
      reading.read.catch(() => known.delete(webhookId));
      return await reading.read;
    },
  };

  async function read(webhookId: string): Promise<Destination> {
    const name = destinationParameterOf(path, webhookId);
    const { Parameters: [parameter] = [] } = await client()
      .send(new GetParametersCommand({ Names: [name], WithDecryption: true }), {
        abortSignal: AbortSignal.timeout(requestTimeoutMs),
      })
      .catch((error: unknown) => {
        throw fromAwsError('SSM', error);
      });
    const parsed = destination.safeParse(parseJson(parameter?.Value ?? ''));
    if (parsed.success) return parsed.data;
    // Without a cause: it could quote the parameter.
    const message =
      'Parameter Store has no usable URL and secret of this webhook; remove it and add it again.';
    throw new OutsideError('WEBHOOK_NO_SECRET', message, undefined);
  }
}
