import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type Pool from 'undici/lib/dispatcher/pool.js';

/** The result of a request. */
export type Exchange = {
  /** Whether a connection accepted the request; before that nothing of it is sent. */
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
      /** Of an answer that broke off; undefined where none had begun. */
      readonly statusCode: number | undefined;
    }
);

const abandoned = new Error('The caller no longer waits for the answer.');

/**
 * Sends a request over undici's pool and collects the answer; never throws. The signal ends it at any point,
 * even while it connects. It uses `dispatch`, since undici's `request` keeps sent bytes alive beyond V8's
 * cheap collections of young objects.
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
    controller?.abort(abandoned);
  };
  signal.addEventListener('abort', abort);

  pool.dispatch(request, {
    onRequestStart(started) {
      if (signal.aborted) started.abort(abandoned);
      else controller = started;
    },
    onResponseStart(_, statusCode, headers) {
      // A status below 200 announces the answer.
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
