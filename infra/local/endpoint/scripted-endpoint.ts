import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { listenOnLoopback } from '../loopback-server.ts';
import { createScript, type Answer, type Call, type Rule } from './endpoint-script.ts';
import { readForm, type UploadedFile } from '../../../functions/plate-reader/server/multipart-form.ts';
import type { LocalEndpoint } from './local-endpoint.ts';
import {
  answerByContract,
  failure,
  maxRequestSizeBytes,
  success,
  type JsonReply,
} from './vehicle-plate-contract.ts';

/** A replacement for the vendor's endpoint. It recognises nothing; tests script its answers. */
export interface ScriptedEndpoint extends LocalEndpoint {
  /** Every request that arrived whole, in order of arrival; empty if calls are not recorded. */
  readonly calls: readonly Call[];
  /** Requests that have begun and are not yet answered. */
  readonly inFlight: number;
  /** The most requests that were in flight at once. */
  readonly maxInFlight: number;
  /** Adds a rule, and returns a function that removes it. The oldest rule wins. */
  script(rule: Rule): () => void;
}

interface ScriptedEndpointOptions {
  appKey: string;
  secretKey: string;
  /** 0, the default, takes a free one. */
  port?: number;
  /** Keeps every request in `calls`, which grows with them; false if absent. */
  recordCalls?: boolean;
}

/** A whole request; the body is cut off at the size that the endpoint accepts. */
type Received = { at: number; requestSizeBytes: number; body: Buffer };

/** Starts the endpoint. Rejects with code `EADDRINUSE` if the port is taken. */
export async function startScriptedEndpoint(options: ScriptedEndpointOptions): Promise<ScriptedEndpoint> {
  const calls: Call[] = [];
  const script = createScript();
  let inFlight = 0;
  let maxInFlight = 0;

  const server = createServer((incoming, response) => {
    inFlight += 1;
    maxInFlight = Math.max(maxInFlight, inFlight);
    response.once('close', () => (inFlight -= 1));
    receive(incoming, (received) => void answer(incoming, response, received));
  });

  async function answer(
    incoming: IncomingMessage,
    response: ServerResponse,
    received: Received,
  ): Promise<void> {
    const form =
      received.requestSizeBytes > maxRequestSizeBytes
        ? { kind: 'too-large' as const }
        : await readForm(received.body, incoming.headers['content-type']);
    const file = form.kind === 'files' ? form.files[0] : undefined;
    const call = describeCall(incoming, received, file);
    if (options.recordCalls === true) calls.push(call);
    const picture = file?.bytes ?? Buffer.alloc(0);
    const decided = script.take(call, picture);
    if (decided.delayMs > 0) await delay(decided.delayMs, undefined, { ref: false });
    send(response, decided.answer, picture, answerByContract({ ...call, form }, options));
  }

  return {
    ...(await listenOnLoopback(server, options.port ?? 0)),
    banner:
      'The vehicle-plate endpoint here recognises nothing: it answers what is written in the sample pictures.',
    calls,
    get inFlight() {
      return inFlight;
    },
    get maxInFlight() {
      return maxInFlight;
    },
    script: (rule) => script.add(rule),
  };
}

function receive(incoming: IncomingMessage, onEnd: (received: Received) => void): void {
  const at = Date.now();
  const chunks: Buffer[] = [];
  let requestSizeBytes = 0;
  incoming.on('data', (chunk: Buffer) => {
    requestSizeBytes += chunk.length;
    // The rest of a request that is too large is read but not kept, so that its sender can read the refusal.
    if (requestSizeBytes <= maxRequestSizeBytes) chunks.push(chunk);
  });
  incoming.once('end', () => {
    onEnd({ at, requestSizeBytes, body: Buffer.concat(chunks) });
  });
}

function describeCall(
  { method = '', url: path = '', headers }: IncomingMessage,
  { at, requestSizeBytes }: Received,
  file: UploadedFile | undefined,
): Call {
  return {
    at,
    method,
    path,
    headers,
    authorization: headers.authorization,
    requestSizeBytes,
    fieldName: file?.fieldName,
    fileName: file?.fileName,
    sizeBytes: file?.bytes.length,
    sha256: file && createHash('sha256').update(file.bytes).digest('hex'),
  };
}

function send(response: ServerResponse, answer: Answer, picture: Uint8Array, contractual: JsonReply): void {
  switch (answer.kind) {
    case 'truth':
      sendJson(response, contractual);
      return;
    case 'plates':
      sendJson(response, success(picture, answer.plates));
      return;
    case 'failure':
      sendJson(response, failure(answer.resultCode, answer.resultMessage ?? 'SCRIPTED', answer.status));
      return;
    case 'reply':
      response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers });
      response.end(answer.body);
      return;
    case 'flood':
      response.writeHead(200, { 'content-type': 'application/json' });
      Readable.from(blanks(answer.sizeBytes)).pipe(response);
      return;
    case 'half': {
      const body = Buffer.from(JSON.stringify(contractual.body));
      response.writeHead(contractual.status, {
        'content-type': 'application/json',
        'content-length': body.length,
      });
      response.write(body.subarray(0, body.length / 2), () => response.destroy());
      return;
    }
    case 'silence':
      return;
    case 'drop':
      response.destroy();
      return;
  }
}

function sendJson(response: ServerResponse, { status, body }: JsonReply): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

/** Yields blanks, which are valid JSON so far: only the size of the reply shows that it must be refused. */
function* blanks(sizeBytes: number): Generator<Buffer> {
  const chunkSizeBytes = 64 * 1024;
  for (let left = sizeBytes; left > 0; left -= chunkSizeBytes) {
    yield Buffer.alloc(Math.min(left, chunkSizeBytes), ' ');
  }
}
