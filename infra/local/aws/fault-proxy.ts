import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import type { LoopbackServer } from '../loopback-server.ts';
import { passOn, startForwardingServer } from './forwarding-server.ts';

/** A request on its way to the service behind the proxy. */
export interface ProxiedRequest {
  readonly method: string;
  /** Path and query as they came, still percent-encoded. */
  readonly rawUrl: string;
  readonly headers: IncomingHttpHeaders;
  /** The operation of a JSON protocol (SQS, DynamoDB, SSM), such as `UpdateItem`; S3 has none. */
  readonly operation: string | undefined;
  /** The body of a JSON protocol or of an S3 upload form. Other bodies are streamed and not kept. */
  readonly body: Buffer | undefined;
}

/** What goes wrong with a request. */
export type Fault =
  /** The proxy sends this reply; the service does not receive the request. */
  | { kind: 'reply'; statusCode: number; headers: Record<string, string>; body: string }
  /** The connection breaks before the service receives the request. */
  | { kind: 'lost-request' }
  /** The service does what the request asks, but the connection breaks before its reply. */
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
  /** All requests so far, with those that met a fault; empty if requests are not recorded. */
  readonly requests: readonly ProxiedRequest[];
  /**
   * Adds a rule, and returns a function that removes it. The oldest matching rule with times left applies.
   */
  fail: (rule: FaultRule) => () => void;
  /** Awaits `listener` when the service has answered a request and before the client sees the answer. */
  onReply: (listener: ReplyListener) => void;
}

/** The service's answer to a request that was forwarded. */
export interface ProxiedReply {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
}

/** Is called with each request that the service has answered. */
type ReplyListener = (request: ProxiedRequest, reply: ProxiedReply) => Promise<void>;

interface FaultProxyOptions {
  targetUrl: string;
  port: number;
  /** Keeps every request in `requests`, which grows with them; false if absent. */
  recordRequests?: boolean;
}

/** Starts a proxy in front of the service at `targetUrl`; paths and headers pass as they came. */
export async function startFaultProxy(options: FaultProxyOptions): Promise<FaultProxy> {
  const requests: ProxiedRequest[] = [];
  const rules: { rule: FaultRule; timesLeft: number }[] = [];
  let replyListener: ReplyListener | undefined;

  const takeFault = (request: ProxiedRequest): Fault | undefined => {
    const entry = rules.find(({ rule, timesLeft }) => timesLeft > 0 && (rule.when?.(request) ?? true));
    if (entry === undefined) return undefined;
    entry.timesLeft -= 1;
    return entry.rule.fault;
  };

  const server = await startForwardingServer(options.port, async (incoming, outgoing, forward) => {
    const request = await readRequest(incoming);
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
    const reply = await forward(incoming, options.targetUrl, request.body);
    await replyListener?.(request, { statusCode: reply.statusCode ?? 0, headers: reply.headers });
    if (fault?.kind === 'lost-reply') {
      reply.destroy();
      outgoing.destroy();
      return;
    }
    await passOn(reply, outgoing);
  });
  return {
    ...server,
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
  };
}

async function readRequest(incoming: IncomingMessage): Promise<ProxiedRequest> {
  const { method = 'GET', url = '/', headers } = incoming;
  const target = headers['x-amz-target'];
  const operation = typeof target === 'string' ? target.split('.').at(-1) : undefined;
  // Uploads of S3, and requests of SNS.
  const isForm = /^(multipart\/form-data|application\/x-www-form-urlencoded)/.test(
    headers['content-type'] ?? '',
  );
  return {
    method,
    rawUrl: url,
    headers,
    operation,
    body: operation !== undefined || isForm ? await buffer(incoming) : undefined,
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
