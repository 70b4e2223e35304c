import { UndiciHttpHandler } from '@smithy/undici-http-handler';

/** Cars pass every few seconds, and a new connection costs several round trips; the other side may close it sooner. */
export const keepAliveMs = 30_000;

/**
 * The connections of one client of the AWS SDK, over the same undici that asks the endpoint: the SDK's own way, through node:https, takes more of the
 * processor and longer to load.
 */
export function createAwsConnections(timeouts: {
  readonly connectTimeoutMs: number;
  /** The longest silence of the service, before its answer and within it. */
  readonly silenceTimeoutMs: number;
}): UndiciHttpHandler {
  return new UndiciHttpHandler({
    dispatcher: {
      allowH2: false,
      connect: { timeout: timeouts.connectTimeoutMs },
      headersTimeout: timeouts.silenceTimeoutMs,
      bodyTimeout: timeouts.silenceTimeoutMs,
      keepAliveTimeout: keepAliveMs,
    },
  });
}
