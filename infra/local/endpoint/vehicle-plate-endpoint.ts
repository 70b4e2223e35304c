import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { createScript, type Answer, type Call, type Rule } from './endpoint-script.ts';
import { readForm } from './multipart-form.ts';
import {
  answerByContract,
  failure,
  maxRequestSizeBytes,
  success,
  type JsonReply,
} from './vehicle-plate-contract.ts';

/** A stand-in for the vendor's vehicle-plate endpoint, on 127.0.0.1. */
export type VehiclePlateEndpoint = {
  /** The origin to which the documented path is appended. */
  readonly url: string;
  /** What this is, for the start-up lines of whoever runs it before people. */
  readonly banner: string;
  /** Every request that arrived whole, in that order; none if they are not recorded. */
  readonly calls: readonly Call[];
  /** Requests begun and not yet answered, now. */
  readonly inFlight: number;
  /** The most requests that were in flight at once. */
  readonly maxInFlight: number;
  /** Adds a rule that departs from the contract and returns the function that takes it back; of several, the one scripted first wins. */
  script(rule: Rule): () => void;
  /** Ends it, and with it every reply still held back; a second time it does nothing. */
  stop(): Promise<void>;
};

/** Starts the stand-in, on a free port unless one is given. */
export async function startVehiclePlateEndpoint(options: {
  appKey: string;
  secretKey: string;
  port?: number;
  /** Keeps every request for `calls`, which grows with them; false if absent. */
  recordCalls?: boolean;
}): Promise<VehiclePlateEndpoint> {
  const calls: Call[] = [];
  const script = createScript();
  let inFlight = 0;
  let maxInFlight = 0;

  const server = createServer((incoming, response) => {
    inFlight += 1;
    maxInFlight = Math.max(maxInFlight, inFlight);
    response.once('close', () => (inFlight -= 1));

    const at = Date.now();
    const chunks: Buffer[] = [];
    let requestSizeBytes = 0;
    incoming.on('data', (chunk: Buffer) => {
      requestSizeBytes += chunk.length;
      // The rest of a request that is too large is only counted, so that its sender can finish and read the refusal.
      if (requestSizeBytes <= maxRequestSizeBytes) chunks.push(chunk);
    });
    incoming.once(
      'end',
      () => void answer(incoming, response, { at, requestSizeBytes, body: Buffer.concat(chunks) }),
    );
  });

  async function answer(
    incoming: IncomingMessage,
    response: ServerResponse,
    received: { at: number; requestSizeBytes: number; body: Buffer },
  ): Promise<void> {
    const { at, requestSizeBytes, body } = received;
    const { method = '', url: path = '', headers } = incoming;
    const form =
      requestSizeBytes > maxRequestSizeBytes
        ? { kind: 'too-large' as const }
        : await readForm(body, headers['content-type']);
    const file = form.kind === 'files' ? form.files[0] : undefined;
    const call: Call = {
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
    if (options.recordCalls === true) calls.push(call);
    const picture = file?.bytes ?? Buffer.alloc(0);
    const decided = script.take(call, picture);
    if (decided.delayMs > 0) await delay(decided.delayMs, undefined, { ref: false });
    const contractual = answerByContract({ method, path, authorization: call.authorization, form }, options);
    send(response, decided.answer, picture, contractual);
  }

  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The stand-in listens on no port.');

  return {
    url: `http://127.0.0.1:${address.port}`,
    banner:
      'Stand-in for the vehicle-plate endpoint: answers with the truth written into the sample pictures; it recognises nothing.',
    calls,
    get inFlight() {
      return inFlight;
    },
    get maxInFlight() {
      return maxInFlight;
    },
    script: (rule) => script.add(rule),
    async stop() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
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

/** Blanks are JSON as far as they go, so that only the size of the reply tells that it must be given up. */
function* blanks(sizeBytes: number): Generator<Buffer> {
  const chunkSizeBytes = 64 * 1024;
  for (let left = sizeBytes; left > 0; left -= chunkSizeBytes) {
    yield Buffer.alloc(Math.min(left, chunkSizeBytes), ' ');
  }
}
