import { randomUUID } from 'node:crypto';
import type Pool from 'undici/lib/dispatcher/pool.js';
import type { Picture } from '../core/picture/picture.ts';
import { brokenContract, readReply, type OcrApi, type Reply } from '../core/contract/reply.ts';
import { parseRetryAfter } from '../core/message/retry-delay.ts';
import type { HeldOutcome } from '../core/record/outcome.ts';
import { exchange, type Exchange } from './exchange.ts';
import type { Credentials } from './secret-store.ts';

export type VehiclePlateEndpoint = ReturnType<typeof createVehiclePlateEndpoint>;

/** Asked before each request; resolves to why it must not be sent, or to undefined. */
export type MayCall = () => Promise<HeldOutcome | undefined>;

/** An answer of the endpoint has a few hundred bytes; more than this is not from the endpoint. */
const maxReplyBytes = 1024 * 1024;
const connectTimeoutMs = 3000;
/**
 * Cars pass every few seconds, and a new connection costs several round trips; the endpoint can ask for less.
 */
const keepAliveMs = 30_000;

/**
 * A dead connection breaks at once. After this time the endpoint had the request, and may have read the
 * picture.
 */
const deadConnectionMs = 1000;

/** The errors of a connection that the other side closed. */
const brokenConnectionCodes = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);
/** The configured host does not exist, or another server answers for it. */
const wrongAddressCodes = new Set(['ENOTFOUND', 'ERR_TLS_CERT_ALTNAME_INVALID']);

/**
 * The vendor's endpoint (API guides for Vehicle Plate OCR and General OCR, v1.0) over one pool of connections that
 * outlives the invocation. The secret is sent to the configured origin only: redirects are not followed.
 */
export function createVehiclePlateEndpoint(
  settings: {
    readonly ocrOrigin: string;
    readonly ocrApi: OcrApi;
    readonly ocrTimeoutMs: number;
    readonly ocrConcurrency: number;
  },
  now: () => number,
) {
  let pool: Promise<Pool> | undefined;

  return {
    /**
     * Asks for the plates of a picture; `calls` counts the requests that a connection accepted. Network
     * failures never throw; an error of `mayCall` before the first request does.
     */
    async ask(
      picture: Picture,
      credentials: Credentials,
      mayCall: MayCall = () => Promise.resolve(undefined),
    ): Promise<{ readonly reply: Reply; readonly calls: number }> {
      const signal = AbortSignal.timeout(settings.ocrTimeoutMs);
      const held = await mayCall();
      if (held) return { reply: held, calls: 0 };
      const request = requestFor(settings.ocrApi, picture, credentials);
      const usedPool = (pool ??= openPool());
      const startedMs = now();
      const first = await exchange(await usedPool, request, signal);
      const calls = first.taken ? 1 : 0;
      if (!isUnanswered(first)) return { reply: replyOf(first), calls };
      if (now() - startedMs > deadConnectionMs || !(await isAllowed(mayCall)))
        return { reply: connectionLost, calls };
      // While the sandbox is frozen, all connections can die unnoticed: the next attempt gets a new pool.
      if (pool === usedPool) {
        pool = openPool();
        void usedPool.then((used) => used.close());
      }
      const second = await exchange(await pool, request, signal);
      return {
        reply: isUnanswered(second) ? connectionLost : replyOf(second),
        calls: second.taken ? calls + 1 : calls,
      };
    },
  };

  /** Loads undici with the first call, after claim and fetch: a cold start does not wait for it. */
  async function openPool(): Promise<Pool> {
    const { default: Pool } = await import('undici/lib/dispatcher/pool.js');
    return new Pool(settings.ocrOrigin, {
      connections: settings.ocrConcurrency,
      allowH2: false,
      connect: { timeout: connectTimeoutMs },
      maxResponseSize: maxReplyBytes,
      keepAliveTimeout: keepAliveMs,
    });
  }

  function replyOf(result: Exchange): Reply {
    if (result.kind === 'failed') return replyForFailure(result.error, result.statusCode);
    const { statusCode, headers, body } = result;
    const retryAfter = parseRetryAfter(firstOf(headers['retry-after']), now());
    return readReply(statusCode, decodeUtf8(body), retryAfter, settings.ocrApi);
  }
}

/** An error counts as a refusal: the first request may have been paid for, and must be counted. */
function isAllowed(mayCall: MayCall): Promise<boolean> {
  return mayCall().then(
    (held) => held === undefined,
    () => false,
  );
}

/** The connection broke before the reply had begun. */
function isUnanswered(result: Exchange): boolean {
  return (
    result.kind === 'failed' &&
    result.statusCode === undefined &&
    brokenConnectionCodes.has(codeOf(result.error))
  );
}

function requestFor(
  api: OcrApi,
  { parts, sizeBytes, fileType }: Picture,
  { appKey, secretKey }: Credentials,
) {
  // Written by hand: a FormData has no Content-Length. The file's name is ours, so no key can break out of
  // the header.
  const boundary = `plateline-${randomUUID()}`;
  const head = Buffer.from(
    [
      `--${boundary}`,
      `Content-Disposition: form-data; name="image"; filename="picture.${fileType}"`,
      `Content-Type: image/${fileType}`,
      '',
      '',
    ].join('\r\n'),
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  return {
    method: 'POST',
    path: `/v1.0/appkeys/${encodeURIComponent(appKey)}/${api}`,
    headers: {
      authorization: secretKey,
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': String(head.length + sizeBytes + tail.length),
    },
    body: [head, ...parts, tail],
  } as const;
}

/** Decodes UTF-8, whatever charset the reply names; undefined where the bytes are not UTF-8. */
function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (codeOf(error) === 'ERR_ENCODING_INVALID_ENCODED_DATA') return undefined;
    throw error;
  }
}

function replyForFailure(error: unknown, httpStatus: number | undefined): Reply {
  const code = codeOf(error);
  if (isTimeout(error, code)) {
    return waiting('OCR_TIMEOUT', 'The endpoint did not answer in time.');
  }
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return brokenContract(httpStatus, `it has more than ${maxReplyBytes} bytes`);
  }
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return brokenContract(httpStatus, 'its headers are too large');
  if (nameOf(error) === 'HTTPParserError') return brokenContract(httpStatus, 'it is not HTTP');
  if (wrongAddressCodes.has(code)) {
    return {
      kind: 'misconfigured',
      reason: {
        code: 'OCR_WRONG_ADDRESS',
        message: `There is no endpoint at the configured host (${code}).`,
      },
    };
  }
  if (brokenConnectionCodes.has(code)) {
    return waiting('OCR_CONNECTION_LOST', 'The connection to the endpoint broke in the middle of its reply.');
  }
  return waiting('OCR_UNREACHABLE', `The endpoint could not be reached (${code}).`);
}

function isTimeout(error: unknown, code: string): boolean {
  return (
    nameOf(error) === 'TimeoutError' ||
    ['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT'].includes(code)
  );
}

function waiting(code: string, message: string): Reply {
  return { kind: 'wait', reason: { code, message } };
}

const connectionLost = waiting('OCR_CONNECTION_LOST', 'The endpoint closed the connection without a reply.');

function nameOf(error: unknown): string | undefined {
  return error instanceof Error ? error.name : undefined;
}

/** The code of an error of Node or undici, in capitals; `UNKNOWN` for every other error. */
function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]*$/.test(code) ? code : 'UNKNOWN';
}

function firstOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
