import { fork } from 'node:child_process';
import { once } from 'node:events';
import * as z from 'zod';
import { tlsFrontPath } from './bench-packages.ts';

const listening = z.tuple([z.object({ urls: z.array(z.url()), certificate: z.string() })], z.unknown());

export type TlsFront = Awaited<ReturnType<typeof startTlsFront>>;

/** Stands in front of servers that speak no TLS, in a process of its own, and speaks it for them. */
export async function startTlsFront(addresses: readonly string[]) {
  const front = fork(tlsFrontPath, addresses);
  const said: unknown = await Promise.race([
    once(front, 'message'),
    once(front, 'exit').then(() => Promise.reject(new Error('The front that speaks TLS ended at once.'))),
  ]);
  const [{ urls, certificate }] = listening.parse(said);
  return {
    /** In the order of the addresses. */
    urls,
    /** What a client must trust, as PEM. */
    certificate,
    stop: async () => {
      // It has ended by itself.
      if (!front.connected) return;
      const exited = once(front, 'exit');
      front.disconnect();
      await exited;
    },
  };
}
