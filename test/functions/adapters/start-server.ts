import { createServer, type RequestListener, type Server } from 'node:http';
import type { TestContext } from 'vitest';
import { listenOnLoopback } from '../../../infra/local/loopback-server.ts';

/** A hand-written HTTP server on a free port that ends with its test. */
export async function startServer(
  t: TestContext,
  listener: RequestListener,
): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer(listener);
  const listening = await listenOnLoopback(server, 0);
  t.onTestFinished(() => listening.stop());
  return { url: listening.url, server };
}
