import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback } from '../../infra/local/loopback-server.ts';

/** The end of the one invocation; the body is what the function returned, or its error. */
type InvocationEnd<Reading> = {
  readonly kind: 'response' | 'error';
  readonly reading: Reading;
  readonly body: string;
};

/** Lambda's runtime API for one execution environment and one invocation. */
type RuntimeApi<Reading> = {
  /** Host and port, as AWS_LAMBDA_RUNTIME_API names them. */
  readonly address: string;
  /** The reading when the function was loaded and asked for its first event. */
  readonly firstNext: Promise<Reading>;
  readonly ended: Promise<InvocationEnd<Reading>>;
  readonly stop: () => Promise<void>;
};

/**
 * Starts a runtime API on a free port. It gives out `event` once and leaves the runtime's second request
 * unanswered. It calls `read` as each request arrives: the clock, for example.
 */
export async function startRuntimeApi<Reading>(
  event: unknown,
  invocation: { readonly functionArn: string; readonly timeoutMs: number },
  read: () => Reading,
): Promise<RuntimeApi<Reading>> {
  const firstNext = Promise.withResolvers<Reading>();
  const ended = Promise.withResolvers<InvocationEnd<Reading>>();
  let isGiven = false;

  const server = createServer((request, response) => {
    const reading = read();
    const { url = '' } = request;
    if (request.method === 'GET' && url.endsWith('/runtime/invocation/next')) {
      if (isGiven) return;
      isGiven = true;
      firstNext.resolve(reading);
      response.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': randomUUID(),
        'lambda-runtime-deadline-ms': String(Date.now() + invocation.timeoutMs),
        'lambda-runtime-invoked-function-arn': invocation.functionArn,
      });
      response.end(JSON.stringify(event));
      return;
    }
    const kind = url.endsWith('/response') ? 'response' : 'error';
    void text(request).then((body) => {
      response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}');
      ended.resolve({ kind, reading, body });
    });
  });
  const listening = await listenOnLoopback(server, 0);
  return {
    address: new URL(listening.url).host,
    firstNext: firstNext.promise,
    ended: ended.promise,
    stop: () => listening.stop(),
  };
}
