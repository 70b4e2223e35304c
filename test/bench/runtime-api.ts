import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback } from '../../infra/local/loopback-server.ts';

/** How the one invocation that a runtime API hands out has ended; a body is what the function returned or how it failed. */
type InvocationEnd = {
  readonly kind: 'response' | 'error';
  readonly atMs: number;
  readonly body: string;
};

/** Lambda's runtime API for one execution environment and one invocation. All times are `performance.now()` of this process. */
type RuntimeApi = {
  /** Host and port, as AWS_LAMBDA_RUNTIME_API names them. */
  readonly address: string;
  /** When the function was loaded and asked for its first event. */
  readonly firstNextAtMs: Promise<number>;
  readonly ended: Promise<InvocationEnd>;
  readonly stop: () => Promise<void>;
};

/** Starts a runtime API on a free port that hands out `event` once; the runtime's second question stays unanswered. */
export async function startRuntimeApi(
  event: unknown,
  invocation: { readonly functionArn: string; readonly timeoutMs: number },
): Promise<RuntimeApi> {
  const firstNext = Promise.withResolvers<number>();
  const ended = Promise.withResolvers<InvocationEnd>();
  let isHandedOut = false;

  const server = createServer((request, response) => {
    const atMs = performance.now();
    const { url = '' } = request;
    if (request.method === 'GET' && url.endsWith('/runtime/invocation/next')) {
      if (isHandedOut) return;
      isHandedOut = true;
      firstNext.resolve(atMs);
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
      ended.resolve({ kind, atMs, body });
    });
  });
  const listening = await listenOnLoopback(server, 0);
  return {
    address: new URL(listening.url).host,
    firstNextAtMs: firstNext.promise,
    ended: ended.promise,
    stop: () => listening.stop(),
  };
}
