// The process of the limited endpoint: argv has its limits as JSON. It exits with its parent.
import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import pLimit from 'p-limit';
import * as z from 'zod';
import { listenOnLoopback } from '../../infra/local/loopback-server.ts';
import { readTruth } from '../../infra/local/endpoint/picture-truth.ts';
import { readSample } from '../../infra/local/samples/samples.ts';
import { failure, success, type JsonReply } from '../../infra/local/endpoint/vehicle-plate-contract.ts';
import type { EndpointMessage } from './limited-endpoint.ts';

const { answerMs, capacity, requestLimit } = z
  .object({ answerMs: z.number(), capacity: z.number(), requestLimit: z.number() })
  .parse(JSON.parse(process.argv[2] ?? ''));

const sample = readSample('day.jpg');
const truth = readTruth(sample);
const read = success(sample, truth.kind === 'truth' ? truth.plates : []);
const tooMany = failure(429, 'TOO_MANY_REQUESTS', 429);

const work = pLimit(capacity);
let inFlight = 0;
let mostInFlight = 0;
let answered = 0;
let refused = 0;

const server = createServer((request, response) => {
  inFlight += 1;
  mostInFlight = Math.max(mostInFlight, inFlight);
  const isBeyondLimit = inFlight > requestLimit;
  // A request is no longer in flight once its caller hangs up.
  response.once('close', () => {
    if (!response.writableEnded) inFlight -= 1;
  });
  request.resume().once('end', () => {
    if (isBeyondLimit) {
      refused += 1;
      send(response, tooMany);
      return;
    }
    void work(() => delay(answerMs)).then(() => {
      answered += 1;
      send(response, read);
    });
  });
});

/** A request is in flight until the answer is written; the caller sends no further one before. */
function send(response: ServerResponse, { status, body }: JsonReply): void {
  if (response.closed) return;
  inFlight -= 1;
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function say(message: EndpointMessage): void {
  process.send?.(message);
}

const { url } = await listenOnLoopback(server, 0);
process.on('message', () => {
  say({ kind: 'counted', answered, refused, mostInFlight });
});
process.on('disconnect', () => process.exit());
process.on('SIGINT', () => undefined);
say({ kind: 'listening', url });
