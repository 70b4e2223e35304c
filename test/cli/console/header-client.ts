import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { RunningConsole } from '../../../cli/console/start-console.ts';

type Answer = {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
};

/** The port of a console and its one-time token. */
export function partsOf({ address }: RunningConsole): { readonly port: number; readonly token: string } {
  const { port, hash } = new URL(address);
  return { port: Number(port), token: hash.replace('#token=', '') };
}

/** A client that sends the headers it is given, as a browser never would. */
export function clientOf(port: number) {
  return async (
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body?: string,
  ): Promise<Answer> => {
    const asked = httpRequest({ host: '127.0.0.1', port, path, method, headers });
    asked.end(body);
    const response: readonly unknown[] = await once(asked, 'response');
    const answer = response.at(0);
    assert.ok(isMessage(answer));
    return { status: answer.statusCode ?? 0, headers: answer.headers, body: await text(answer) };
  };
}

/** Exchanges the token; returns the headers that the page itself would send. */
export async function ownHeadersOf(running: RunningConsole): Promise<Readonly<Record<string, string>>> {
  const { port, token } = partsOf(running);
  const own = { 'sec-fetch-site': 'same-origin' };
  const { headers } = await clientOf(port)('POST', '/api/session', own, JSON.stringify({ token }));
  return { ...own, cookie: (headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '' };
}

function isMessage(answer: unknown): answer is IncomingMessage {
  return typeof answer === 'object' && answer !== null && 'statusCode' in answer;
}
