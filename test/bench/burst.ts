import { EventEmitter, once } from 'node:events';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { startLocalStack, type LocalStack } from '../../infra/local/stack.ts';
import { announce } from './announcements.ts';
import { enqueue, storePicture } from './bucket-and-queue.ts';
import { startLimitedEndpoint } from './limited-endpoint.ts';
import type { Figure, Measure } from './section.ts';
import { quantile } from './statistics.ts';

const answerMs = 800;
/** Pictures the endpoint works on at a time. */
const capacity = 40;
/** Pictures one invocation reads at a time; OCR_CONCURRENCY. */
const picturesPerInvocation = 10;
/** A picture that never comes to its record must not hold the bench for ever. */
const patienceMs = 20 * 60_000;
const pictureSizeBytes = 100 * 1024;

/** The line that the function writes for each picture that it has read. */
const pictureRead = z.object({ message: z.literal('picture read') });

const finalRecord = z.object({
  status: z.literal('READ'),
  uploadedAt: z.iso.datetime(),
  readAt: z.iso.datetime(),
  calls: z.literal(1),
});

/** How one burst went. */
type Burst = {
  readonly pictures: number;
  readonly inFlightLimit: number;
  readonly seconds: number;
  /** From upload to record. */
  readonly latenciesMs: readonly number[];
  readonly refused: number;
  readonly mostInFlight: number;
};

/** How a burst of pictures is read by an endpoint that works on so many at a time. */
export const measureBurst: Measure = async ({ quick, progress }) => {
  const large = quick ? 200 : 10_000;
  const sweep = quick ? [1, 2] : [1, 2, 4, 8];
  const sweepPictures = quick ? 60 : 600;
  const fullConcurrency = capacity / picturesPerInvocation;

  const burst = (pictures: number, concurrency: number, name: string, answersInMs = answerMs) =>
    readBurst({ pictures, concurrency, answerMs: answersInMs }, (done) => {
      progress(`burst, ${name}: ${done} of ${pictures} pictures`);
    });

  const half = await burst(large / 2, fullConcurrency, 'half');
  const whole = await burst(large, fullConcurrency, 'whole');
  // On both sides of the whole, so that a machine that grows busier changes little of the ratio.
  const halfAgain = await burst(large / 2, fullConcurrency, 'half again');
  const swept: Burst[] = [];
  for (const concurrency of sweep) {
    swept.push(await burst(sweepPictures, concurrency, `${concurrency * picturesPerInvocation} in flight`));
  }

  const atOnce = await burst(sweepPictures, fullConcurrency, 'answered at once', 0);

  const all = [half, whole, halfAgain, ...swept, atOnce];
  const speedups = swept.slice(1).map((current, index): Figure => {
    const slower = swept[index] ?? current;
    const isEndpointBound = current.inFlightLimit > capacity;
    return {
      name: `time with ${slower.inFlightLimit} over ${current.inFlightLimit} in flight${isEndpointBound ? ' (the endpoint is the limit)' : ''}`,
      value: slower.seconds / current.seconds,
      unit: '×',
      ...(isEndpointBound ? {} : { target: { atLeast: 1.7, atMost: 2.2 } }),
    };
  });
  return {
    title: 'Burst',
    method: `All pictures are announced to the queue at once, then the event source mapping starts to poll. The endpoint, in a process of its own, works on ${capacity} pictures at a time for ${answerMs} ms each, lets others wait, and refuses and counts every request beyond the limit of the run, which is invocations at a time × ${picturesPerInvocation} pictures. Upload-to-record latency is that in the records; the time is that from the first poll to the last record. Every record is read back: each picture read, with one call.`,
    figures: [
      {
        name: `${whole.pictures} pictures, ${whole.inFlightLimit} in flight: time`,
        value: whole.seconds,
        unit: 's',
      },
      { name: 'throughput', value: throughput(whole), unit: 'pictures/s' },
      {
        name: 'share of what the endpoint could do',
        value: throughput(whole) / endpointThroughput(),
        unit: '×',
      },
      ...([0.5, 0.95, 0.99] as const).map((share) => ({
        name: `upload to record, p${share * 100}`,
        value: quantile(whole.latenciesMs, share) / 1000,
        unit: 's',
      })),
      {
        name: `time of ${whole.pictures} over ${half.pictures} pictures, which were read before and after`,
        value: whole.seconds / ((half.seconds + halfAgain.seconds) / 2),
        unit: '×',
        target: { atLeast: 1.8, atMost: 2.2 },
      },
      ...speedups,
      {
        name: 'throughput where the endpoint answers at once (the limit of this machine)',
        value: throughput(atOnce),
        unit: 'pictures/s',
      },
      {
        name: 'requests beyond the limit, all runs',
        value: all.reduce((total, { refused }) => total + refused, 0),
        unit: 'requests',
        target: { atMost: 0 },
      },
      {
        name: 'most in flight over the limit, all runs',
        value: Math.max(...all.map(({ mostInFlight, inFlightLimit }) => mostInFlight / inFlightLimit)),
        unit: '×',
        target: { atMost: 1 },
      },
    ],
    charts: [
      {
        title: `Upload to record, ${whole.pictures} pictures at once`,
        x: { label: 'latency, s', scale: 'linear' },
        y: { label: 'share of the pictures', scale: 'linear' },
        series: [half, whole].map((measured) => ({
          name: `${measured.pictures} pictures`,
          points: Array.from({ length: 101 }, (_, percent): [number, number] => [
            quantile(measured.latenciesMs, percent / 100) / 1000,
            percent / 100,
          ]),
        })),
      },
      {
        title: 'Throughput over pictures in flight',
        x: { label: 'most requests in flight', scale: 'logarithmic' },
        y: { label: 'pictures per second', scale: 'logarithmic' },
        series: [
          {
            name: 'measured',
            points: swept.map((measured) => [measured.inFlightLimit, throughput(measured)]),
          },
          {
            name: 'what the endpoint can answer',
            points: swept.map(({ inFlightLimit }) => [
              inFlightLimit,
              (Math.min(inFlightLimit, capacity) / answerMs) * 1000,
            ]),
          },
        ],
      },
    ],
    notes: [
      'The queue, the bucket and the table are the local stand-ins, which share one process with the event source mapping: on a small machine it is they that keep the throughput below what the endpoint can answer.',
    ],
  };
};

async function readBurst(
  {
    pictures,
    concurrency,
    answerMs,
  }: { readonly pictures: number; readonly concurrency: number; readonly answerMs: number },
  progress: (done: number) => void,
): Promise<Burst> {
  const inFlightLimit = concurrency * picturesPerInvocation;
  const endpoint = await startLimitedEndpoint({ answerMs, capacity, requestLimit: inFlightLimit });
  let done = 0;
  const reads = new EventEmitter();
  const stack = await startLocalStack({
    polling: false,
    concurrency,
    environment: { OCR_BASE_URL: endpoint.url, OCR_CONCURRENCY: String(picturesPerInvocation) },
    onOutput: (line) => {
      if (!line.includes('picture read') || !pictureRead.safeParse(JSON.parse(line)).success) return;
      done += 1;
      if (done % 100 === 0) progress(done);
      reads.emit('read');
    },
  });
  try {
    const picture = await storePicture(stack, 'gate/picture.jpg', pictureSizeBytes);
    progress(0);
    await enqueue(
      stack,
      Array.from({ length: pictures }, (_, index) => announce(picture, `burst-${index}`, new Date())),
    );
    const startedMs = Date.now();
    stack.startPolling();
    const signal = AbortSignal.timeout(patienceMs);
    while (done < pictures) await once(reads, 'read', { signal });
    const seconds = (Date.now() - startedMs) / 1000;
    const latenciesMs = await readLatencies(stack);
    if (latenciesMs.length !== pictures)
      throw new Error(`${latenciesMs.length} of ${pictures} pictures have a record.`);
    const { refused, mostInFlight } = await endpoint.count();
    return { pictures, inFlightLimit, seconds, latenciesMs, refused, mostInFlight };
  } finally {
    await stack.stop();
    await endpoint.stop();
  }
}

async function readLatencies(stack: LocalStack): Promise<number[]> {
  const client = new DynamoDBClient(stack.dynamodb.directClientConfiguration);
  try {
    const latenciesMs: number[] = [];
    for await (const page of paginateScan({ client }, { TableName: stack.tableName, ConsistentRead: true })) {
      for (const item of page.Items ?? []) {
        const { uploadedAt, readAt } = finalRecord.parse(unmarshall(item));
        latenciesMs.push(Date.parse(readAt) - Date.parse(uploadedAt));
      }
    }
    return latenciesMs;
  } finally {
    client.destroy();
  }
}

function throughput({ pictures, seconds }: Burst): number {
  return pictures / seconds;
}

function endpointThroughput(): number {
  return (capacity / answerMs) * 1000;
}
