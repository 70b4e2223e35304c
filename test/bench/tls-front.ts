import { fork } from 'node:child_process';
import { once } from 'node:events';
import * as z from 'zod';
import { tlsFrontPath } from './bench-packages.ts';

const listening = z.tuple([z.object({ urls: z.array(z.url()), certificate: z.string() })], z.unknown());

export type TlsFront = Awaited<ReturnType<typeof startTlsFront>>;

/** Starts a process that accepts TLS and passes the bytes to servers that speak none. */
export async function startTlsFront(addresses: readonly string[]) {
  const front = fork(tlsFrontPath, addresses);
  const said: unknown = await Promise.race([
    once(front, 'message'),
    once(front, 'exit').then(() => Promise.reject(new Error('The process that speaks TLS exited at once.'))),
  ]);
  const [{ urls, certificate }] = listening.parse(said);
  return {
    /** Its https origins, in the order of the addresses. */
    urls,
    /** The certificate that a client must trust, as PEM. */
    certificate,
    stop: async () => {
      // The process has exited already.
      if (!front.connected) return;
      const exited = once(front, 'exit');
      front.disconnect();
      await exited;
    },
  };
}
