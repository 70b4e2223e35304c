import { createHash, timingSafeEqual } from 'node:crypto';
import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { failureReply, successReply, type ContractReply } from '../../core/contract/envelope.ts';
import type { PictureReading } from '../picture-reading.ts';
import { ReaderError } from '../reader-error.ts';
import type { ReaderPool } from '../reader-pool.ts';
import type { Connection } from './http-server.ts';
import { openApiDocument } from './openapi.ts';
import type { ServerMetrics } from './server-metrics.ts';
import { readUploadedPicture } from './uploaded-picture.ts';

/**
 * One answered request, for the log. It holds no plate, no picture and no key: the path is named by its
 * route.
 */
export type AnsweredRequest = {
  readonly requestId: string;
  readonly method: string;
  readonly route: string;
  /** Of HTTP; 499 where the connection ended before the answer. */
  readonly status: number;
  /** The contract's code; absent on the other routes. */
  readonly resultCode?: number;
  readonly durationMs: number;
  /** The reader's own failure, where there was one; `CONNECTION_CLOSED` where nobody waited for the answer. */
  readonly error?: string;
};

type Environment = { Bindings: Connection; Variables: { requestId: string; answer: Answer } };

/** What the log and the metrics say of an answer. */
type Answer = { readonly resultCode?: number; readonly error?: string };

/** The status of web servers' logs for a client that closed its connection; it is never sent. */
const clientClosedStatus = 499;

const operatingRoutes = ['/health', '/ready', '/openapi.json', '/metrics'];
const route = '/v1.0/appkeys/:appKey/vehicle-plate';

/**
 * Seconds after which a client that met a full queue may come back: a queue of pictures is read in about that
 * time.
 */
const retryAfterSeconds = 1;

/** The vendor's contract over a reader, and the routes that operate it. */
export function createVehiclePlateApp(deps: {
  readonly reader: Pick<ReaderPool, 'read' | 'isReady'>;
  readonly keys: { readonly appKey: string; readonly secretKey: string };
  /** The most bytes that a request's body may have. */
  readonly maxBytes: number;
  readonly modelVersion: string;
  readonly metrics: ServerMetrics;
  /** True from the beginning of the server's end. */
  readonly isClosing: () => boolean;
  readonly log: (request: AnsweredRequest) => void;
  readonly newRequestId: () => string;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
}): Hono<Environment> {
  const { reader, keys, maxBytes, metrics, nowMs } = deps;
  const app = new Hono<Environment>();

  app.use(async (context, next) => {
    const requestId = requestIdOf(context.req.header('x-request-id')) ?? deps.newRequestId();
    context.set('requestId', requestId);
    context.set('answer', {});
    context.header('x-request-id', requestId);
    context.header('x-model-version', deps.modelVersion);
    context.header('cache-control', 'no-store');
    const startedMs = nowMs();
    await next();
    // An open connection would keep a server that closes waiting.
    if (deps.isClosing()) context.header('connection', 'close');
    const answered = { ...describe(context), durationMs: Math.round(nowMs() - startedMs) };
    metrics.countRequest(answered);
    deps.log(answered);
  });

  addOperatingRoutes(app, deps);

  app.post(
    route,
    async (context, next) => {
      const refusal = refuseKeys(context.req.param('appKey'), context.req.header('authorization'), keys);
      if (refusal !== undefined) return send(context, refusal);
      await next();
      return undefined;
    },
    bodyLimit({
      maxSize: maxBytes,
      onError: (context: Context<Environment>) =>
        send(context, failureReply(4131000, 'MAX_UPLOAD_SIZE_EXCEEDED', 413)),
    }),
    async (context) => {
      const upload = await readUploadedPicture(context.req.raw);
      if (upload.kind === 'refused') return send(context, upload.reply);
      return await readAndSend(context, upload.bytes);
    },
  );
  app.all(route, (context) => send(context, failureReply(405, 'METHOD_NOT_ALLOWED', 405)));
  app.notFound((context) => send(context, failureReply(4041007, 'URL_NOT_FOUND', 404)));
  app.onError((error, context) => {
    return send(context, failureReply(5000001, 'INTERNAL_ERROR'), error.name);
  });
  return app;

  async function readAndSend(context: Context<Environment>, bytes: Uint8Array): Promise<Response> {
    const { signal } = context.req.raw;
    try {
      const reading = await metrics.whileReading(() => reader.read(bytes, { signal }));
      return send(context, replyOf(reading));
    } catch (error) {
      // The signal's reason is a text, which Hono's error handler does not take; nobody reads this answer.
      if (signal.aborted) return context.body(null);
      if (!(error instanceof ReaderError)) throw error;
      if (error.code !== 'READER_BUSY') {
        return send(context, failureReply(5000001, 'INTERNAL_ERROR'), error.code);
      }
      context.header('retry-after', String(retryAfterSeconds));
      return send(context, failureReply(4291000, 'TOO_MANY_REQUESTS', 429), error.code);
    }
  }
}

/** Health, readiness, the interface's description and metrics; none of them needs a key. */
function addOperatingRoutes(
  app: Hono<Environment>,
  deps: {
    readonly reader: Pick<ReaderPool, 'isReady'>;
    readonly maxBytes: number;
    readonly metrics: ServerMetrics;
    readonly isClosing: () => boolean;
  },
): void {
  app.get('/health', (context) => context.json({ status: 'ok' }));
  app.get('/ready', (context) => {
    if (deps.isClosing()) return context.json({ status: 'closing' }, 503);
    if (!deps.reader.isReady()) return context.json({ status: 'reader failed' }, 503);
    return context.json({ status: 'ready' });
  });
  app.get('/openapi.json', (context) => context.json(openApiDocument(deps.maxBytes)));
  app.get('/metrics', async (context) =>
    context.body(await deps.metrics.text(), 200, { 'content-type': deps.metrics.contentType }),
  );
}

/** A caller's own request id is kept where it can do no harm in a log. */
function requestIdOf(header: string | undefined): string | undefined {
  return header !== undefined && /^[\w.:-]{1,64}$/.test(header) ? header : undefined;
}

function describe(context: Context<Environment>): Omit<AnsweredRequest, 'durationMs'> {
  const { method, path } = context.req;
  return {
    requestId: context.get('requestId'),
    method,
    // The path itself holds the app key.
    route: operatingRoutes.includes(path) ? path : path.endsWith('/vehicle-plate') ? route : 'unknown',
    ...(context.env.incoming.socket.destroyed
      ? { status: clientClosedStatus, error: 'CONNECTION_CLOSED' }
      : { status: context.res.status, ...context.get('answer') }),
  };
}

function refuseKeys(
  appKey: string,
  authorization: string | undefined,
  keys: { readonly appKey: string; readonly secretKey: string },
): ContractReply | undefined {
  if (authorization === undefined) return failureReply(4000005, 'REQUIRED_HEADER_MISSING');
  // Both are compared always, so that the time says nothing about either.
  const right = [isSame(appKey, keys.appKey), isSame(authorization, keys.secretKey)];
  return right.every(Boolean) ? undefined : failureReply(4010001, 'INVALID_APPKEY_SECRETKEY', 401);
}

/** Compares in constant time; digests have one length, whatever the texts have. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

function replyOf(reading: PictureReading): ContractReply {
  if (reading.kind === 'read') {
    if (reading.plates.length === 0) return failureReply(4000201, 'VEHICLE_PLATE_NOT_FOUND');
    return successReply(reading.picture, reading.plates);
  }
  switch (reading.reason.code) {
    case 'EMPTY':
      return failureReply(4000004, 'UPLOADED_FILE_IS_EMPTY');
    case 'UNKNOWN_FILE_TYPE':
      return failureReply(4000003, 'INVALID_FILE_TYPE');
    case 'TOO_LARGE':
      return failureReply(4131000, 'MAX_UPLOAD_SIZE_EXCEEDED', 413);
    default:
      return failureReply(4000002, 'INVALID_FILE');
  }
}

function send(context: Context<Environment>, { status, body }: ContractReply, error?: string): Response {
  const { resultCode } = body.header;
  context.set('answer', { resultCode, ...(error === undefined ? {} : { error }) });
  return context.json(body, status);
}
