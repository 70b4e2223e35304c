import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type Pool from 'undici/lib/dispatcher/pool.js';

/** What became of a request. */
export type Exchange = {
  /** Whether a connection took the request; before that nothing of it is sent. */
  readonly taken: boolean;
} & (
  | {
      readonly kind: 'answered';
      readonly statusCode: number;
      readonly headers: IncomingHttpHeaders;
      readonly body: Uint8Array;
    }
  | {
      readonly kind: 'failed';
      readonly error: unknown;
      /** Of an answer that had begun. */
      readonly statusCode: number | undefined;
    }
);

const givenUp = new Error('Nobody waits for the answer any more.');

/**
 * Sends a request over undici's pool and collects the answer; never throws. The signal ends it whatever it is doing, making a connection
 * included. By `dispatch`, since undici's `request` keeps what it has sent from V8's cheap collections, those of young objects.
 */
export async function exchange(
  pool: Pool,
  request: Parameters<Pool['dispatch']>[0],
  signal: AbortSignal,
): Promise<Exchange> {
  if (signal.aborted) return { kind: 'failed', error: signal.reason, statusCode: undefined, taken: false };
  const { promise, resolve } = Promise.withResolvers<Exchange>();
  let controller: Dispatcher.DispatchController | undefined;
  let head: { readonly statusCode: number; readonly headers: IncomingHttpHeaders } | undefined;
  const pieces: Uint8Array[] = [];

  const fail = (error: unknown) => {
    signal.removeEventListener('abort', abort);
    resolve({ kind: 'failed', error, statusCode: head?.statusCode, taken: controller !== undefined });
  };
  const abort = () => {
    fail(signal.reason);
    controller?.abort(givenUp);
  };
  signal.addEventListener('abort', abort);

  pool.dispatch(request, {
    onRequestStart(started) {
      if (signal.aborted) started.abort(givenUp);
      else controller = started;
    },
    onResponseStart(_, statusCode, headers) {
      // What is below 200 announces an answer and is none.
      if (statusCode >= 200) head = { statusCode, headers };
    },
    onResponseData(_, piece) {
      pieces.push(piece);
    },
    onResponseEnd() {
      if (!head) {
        fail(new TypeError('undici ended an answer that had not begun.'));
        return;
      }
      signal.removeEventListener('abort', abort);
      resolve({ kind: 'answered', ...head, body: Buffer.concat(pieces), taken: true });
    },
    onResponseError(_, error) {
      fail(error);
    },
  });
  return await promise;
}
