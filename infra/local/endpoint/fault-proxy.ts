import {
  Agent,
  createServer,
  request as sendRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { listenOnLoopback, type LoopbackServer } from '../loopback-server.ts';

/** A request on its way to the service behind the proxy. */
export interface ProxiedRequest {
  readonly method: string;
  /** Path and query as they came, still percent-encoded. */
  readonly rawUrl: string;
  readonly headers: IncomingHttpHeaders;
  /** Of the JSON protocols (SQS, DynamoDB, SSM): the operation, such as `UpdateItem`; S3 has none. */
  readonly operation: string | undefined;
  /** Of the JSON protocols and of S3's upload forms. Other bodies are streamed and not kept. */
  readonly body: Buffer | undefined;
}

/** What goes wrong with a request. */
export type Fault =
  /** This reply instead of the service's own; the service never hears of the request. */
  | { kind: 'reply'; statusCode: number; headers: Record<string, string>; body: string }
  /** The connection breaks before the service hears of the request. */
  | { kind: 'lost-request' }
  /** The service does what it is asked, but the connection breaks before its reply. */
  | { kind: 'lost-reply' }
  | { kind: 'delay'; delayMs: number };

/** Which requests meet a fault, and how many of them. */
export interface FaultRule {
  /** Every request if absent. */
  when?: (request: ProxiedRequest) => boolean;
  /** 1 if absent. */
  times?: number;
  fault: Fault;
}

/** A forwarding proxy in front of one service, in which a test can script faults. */
export interface FaultProxy extends LoopbackServer {
  /** All requests so far, those that met a fault included; none if they are not recorded. */
  readonly requests: readonly ProxiedRequest[];
  /** The oldest rule that matches a request and is not used up applies. Returns a function that lifts the rule. */
  fail: (rule: FaultRule) => () => void;
  /** Awaits `listener` when the service has answered a request and before the client sees the answer. */
  onReply: (listener: ReplyListener) => void;
}

/** The service's answer to a request that was forwarded. */
export interface ProxiedReply {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
}

/** What is told of a request that was forwarded. */
export type ReplyListener = (request: ProxiedRequest, reply: ProxiedReply) => Promise<void>;

/** Where a proxy stands. */
export interface FaultProxyOptions {
  targetUrl: string;
  port: number;
  /** Keeps every request for `requests`, which grows with them; false if absent. */
  recordRequests?: boolean;
}

/** Starts a proxy in front of the service at `targetUrl`; bodies are streamed, paths and headers pass as they came. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const target = new URL(options.targetUrl);
  const agent = new Agent({ keepAlive: true });
  const requests: ProxiedRequest[] = [];
  let replyListener: ReplyListener | undefined;
  const rules: { rule: FaultRule; timesLeft: number }[] = [];

  const takeFault = (request: ProxiedRequest): Fault | undefined => {
    const entry = rules.find(({ rule, timesLeft }) => timesLeft > 0 && (rule.when?.(request) ?? true));
    if (entry === undefined) return undefined;
    entry.timesLeft -= 1;
    return entry.rule.fault;
  };

  const forward = async (incoming: IncomingMessage, request: ProxiedRequest): Promise<IncomingMessage> => {
    const upstream = sendRequest({
      agent,
      host: target.hostname,
      port: target.port,
      method: incoming.method,
      path: request.rawUrl,
      headers: incoming.rawHeaders,
    });
    const replied = new Promise<IncomingMessage>((resolve, reject) =>
      upstream.once('response', resolve).once('error', reject),
    );
    if (request.body === undefined) incoming.pipe(upstream);
    else upstream.end(request.body);
    const reply = await replied;
    await replyListener?.(request, { statusCode: reply.statusCode ?? 0, headers: reply.headers });
    return reply;
  };

  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const operationTarget = incoming.headers['x-amz-target'];
    const operation = typeof operationTarget === 'string' ? operationTarget.split('.').at(-1) : undefined;
    const form = incoming.headers['content-type']?.startsWith('multipart/form-data') ?? false;
    const request: ProxiedRequest = {
      method: incoming.method ?? 'GET',
      rawUrl: incoming.url ?? '/',
      headers: incoming.headers,
      operation,
      body: operation !== undefined || form ? await buffer(incoming) : undefined,
    };
    if (options.recordRequests === true) requests.push(request);
    const fault = takeFault(request);
    if (fault?.kind === 'lost-request') {
      outgoing.destroy();
      return;
    }
    if (fault?.kind === 'reply') {
      incoming.resume();
      outgoing.writeHead(fault.statusCode, fault.headers).end(fault.body);
      return;
    }
    if (fault?.kind === 'delay') await delay(fault.delayMs, undefined, { ref: false });
    const reply = await forward(incoming, request);
    if (fault?.kind === 'lost-reply') {
      reply.destroy();
      outgoing.destroy();
      return;
    }
    outgoing.writeHead(reply.statusCode ?? 502, reply.rawHeaders);
    await pipeline(reply, outgoing);
  };

  const server = createServer((incoming, outgoing) => {
    // A client or service that hangs up ends the exchange; to the other side the connection breaks, as it would without the proxy.
    serve(incoming, outgoing).catch((error: unknown) =>
      outgoing.destroy(error instanceof Error ? error : undefined),
    );
  });
  const loopbackServer = await listenOnLoopback(server, options.port);
  return {
    url: loopbackServer.url,
    requests,
    fail: (rule) => {
      const entry = { rule, timesLeft: rule.times ?? 1 };
      rules.push(entry);
      return () => {
        entry.timesLeft = 0;
      };
    },
    onReply: (listener) => {
      replyListener = listener;
    },
    stop: async () => {
      await loopbackServer.stop();
      agent.destroy();
    },
  };
}

/** An error as DynamoDB, SQS and SSM write it, such as `ThrottlingException`. */
export function jsonError(code: string, statusCode = 400): Fault {
  return {
    kind: 'reply',
    statusCode,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify({ __type: code, message: `${code} (scripted)` }),
  };
}

/** An error as S3 writes it, such as `SlowDown` with status 503. */
export function s3Error(code: string, statusCode: number): Fault {
  return {
    kind: 'reply',
    statusCode,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code} (scripted)</Message></Error>`,
  };
}
