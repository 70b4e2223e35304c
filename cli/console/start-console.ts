import { randomBytes } from 'node:crypto';
import { startHttpServer } from '../../functions/plate-reader/server/http-server.ts';
import { createAccess } from './access.ts';
import { createConsoleApp } from './console-app.ts';
import type { ConsoleSource } from './console-source.ts';
import { bundlePage } from './page-files.ts';

/** A console that listens on this machine only. */
export type RunningConsole = {
  /** With the one-time token. */
  readonly address: string;
  close(): Promise<void>;
};

/** Live never ends by itself, so a closing console does not wait for it. */
const closingTimeoutMs = 200;

/** Starts the console on 127.0.0.1; port 0 takes a free one. Rejects with code `EADDRINUSE` as Node does. */
export async function startConsole(options: {
  readonly source: ConsoleSource;
  readonly port: number;
  readonly onBug: (error: unknown) => void;
}): Promise<RunningConsole> {
  const { source, onBug } = options;
  const token = randomBytes(32).toString('base64url');
  const access = createAccess({ token, session: randomBytes(32).toString('base64url') });
  let port = 0;
  const app = createConsoleApp({
    source,
    guarded: { port: () => port, access, canWrite: source.writer !== undefined },
    page: await bundlePage(),
    onBug,
  });
  const server = await startHttpServer(app, { host: '127.0.0.1', port: options.port, closingTimeoutMs });
  port = Number(new URL(server.url).port);
  return { address: `${server.url}/#token=${token}`, close: () => server.close() };
}
