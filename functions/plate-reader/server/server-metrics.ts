import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** What the server counts, in the text format of Prometheus. */
export type ServerMetrics = {
  countRequest(request: {
    readonly route: string;
    readonly status: number;
    readonly resultCode?: number;
    readonly durationMs: number;
  }): void;
  /** Counts a picture as in progress until the work is done. */
  whileReading<Result>(work: () => Promise<Result>): Promise<Result>;
  text(): Promise<string>;
  readonly contentType: string;
};

/** A registry of its own for each server, so that two servers in one process count apart. */
export function createServerMetrics(): ServerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'plateline_requests_total',
    help: 'Requests answered, by route, HTTP status and result code of the contract.',
    labelNames: ['route', 'status', 'result_code'],
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'plateline_request_duration_seconds',
    help: 'Seconds from the first byte of a request to its answer, by route.',
    labelNames: ['route'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const inProgress = new Gauge({
    name: 'plateline_pictures_in_progress',
    help: 'Pictures that are being read or wait for a worker.',
    registers: [registry],
  });
  const readings = new Histogram({
    name: 'plateline_reading_duration_seconds',
    help: 'Seconds that the reader took for a picture, waiting included.',
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });

  return {
    countRequest: ({ route, status, resultCode, durationMs }) => {
      requests.inc({ route, status, result_code: resultCode ?? '' });
      durations.observe({ route }, durationMs / 1000);
    },
    whileReading: async (work) => {
      inProgress.inc();
      const stop = readings.startTimer();
      try {
        return await work();
      } finally {
        stop();
        inProgress.dec();
      }
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
