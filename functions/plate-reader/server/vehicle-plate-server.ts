import type { ReaderPool } from '../reader-pool.ts';
import { startHttpServer, type ListeningServer } from './http-server.ts';
import { createServerMetrics } from './server-metrics.ts';
import { createVehiclePlateApp, type AnsweredRequest } from './vehicle-plate-app.ts';

/** Starts the vehicle-plate endpoint over a reader, which the caller closes after the server. */
export async function startVehiclePlateServer(options: {
  readonly reader: Pick<ReaderPool, 'read' | 'isReady'>;
  readonly modelVersion: string;
  readonly keys: { readonly appKey: string; readonly secretKey: string };
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** PEM texts; absent for plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly maxBytes: number;
  readonly log: (request: AnsweredRequest) => void;
  readonly newRequestId: () => string;
}): Promise<ListeningServer> {
  const { host, port, tls, ...deps } = options;
  let closing = false;
  const app = createVehiclePlateApp({
    ...deps,
    metrics: createServerMetrics(),
    isClosing: () => closing,
    nowMs: () => performance.now(),
  });
  const server = await startHttpServer(app, { host, port, ...(tls === undefined ? {} : { tls }) });
  return {
    url: server.url,
    close: async () => {
      closing = true;
      await server.close();
    },
  };
}
