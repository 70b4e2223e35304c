import { EventEmitter, once } from 'node:events';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { startLocalStack, type LocalStack } from '../../infra/local/stack.ts';
import { announce } from './announcements.ts';
import { enqueue, storePicture } from './bucket-and-queue.ts';
import { startLimitedEndpoint } from './limited-endpoint.ts';
import type { BenchOptions, Chart, Figure, Section } from './section.ts';
import { quantile } from './statistics.ts';

const endpointAnswerMs = 800;
/** Pictures the endpoint works on at a time. */
const capacity = 40;
/** Pictures one invocation reads at a time; OCR_CONCURRENCY. */
const picturesPerInvocation = 10;
/** The invocations that use the endpoint fully. */
const fullConcurrency = capacity / picturesPerInvocation;
/** A picture that never gets its record must not hold the bench for ever. */
const patienceMs = 20 * 60_000;
const pictureSizeBytes = 100 * 1024;

/** The line that the function logs for each picture that it has read. */
const pictureRead = z.object({ message: z.literal('picture read') });

const finalRecord = z.object({
  status: z.literal('READ'),
  uploadedAt: z.iso.datetime(),
  readAt: z.iso.datetime(),
  calls: z.literal(1),
});

type BurstOptions = { readonly pictures: number; readonly concurrency: number; readonly answerMs: number };

/** The measured values of one burst. */
type Burst = {
  readonly pictures: number;
  readonly inFlightLimit: number;
  readonly seconds: number;
  /** From upload to record. */
  readonly latenciesMs: readonly number[];
  readonly refused: number;
  readonly mostInFlight: number;
};

/** All bursts of a run. */
type Bursts = {
  readonly half: Burst;
  readonly whole: Burst;
  readonly halfAgain: Burst;
  /** With more and more requests in flight. */
  readonly swept: readonly Burst[];
  /** Against an endpoint that answers at once. */
  readonly atOnce: Burst;
};

/** Measures how fast a burst of pictures is read by an endpoint of limited capacity. */
export async function measureBurst(options: BenchOptions): Promise<Section> {
  const bursts = await readBursts(options);
  const { whole, half } = bursts;
  return {
    title: 'Burst',
    method:
      'All pictures are announced to the queue at once, then the event source mapping starts to poll. ' +
      `The endpoint, in its own process, works on ${capacity} pictures at a time for ${endpointAnswerMs} ms each, and lets others wait. ` +
      `It refuses and counts every request beyond the limit of the run, which is invocations at a time × ${picturesPerInvocation} pictures. ` +
      'The latency from upload to record is that in the records. The time is that from the first poll to the last record. ' +
      'The bench reads every record back: each picture was read, with one call.',
    figures: [...figuresOfWhole(bursts), ...speedups(bursts.swept), ...limitFigures(bursts)],
    charts: [latencyChart([half, whole]), throughputChart(bursts.swept)],
    notes: [
      'The local queue, bucket and table share one process with the event source mapping. On a small machine that process keeps the throughput below what the endpoint can answer.',
    ],
  };
}

async function readBursts({ quick, progress }: BenchOptions): Promise<Bursts> {
  const large = quick ? 200 : 10_000;
  const sweep = quick ? [1, 2] : [1, 2, 4, 8];
  const sweepPictures = quick ? 60 : 600;
  const burst = (pictures: number, concurrency: number, name: string, answerMs = endpointAnswerMs) =>
    readBurst({ pictures, concurrency, answerMs }, (done) => {
      progress(`Burst, ${name}: ${done} of ${pictures} pictures`);
    });

  const half = await burst(large / 2, fullConcurrency, 'half');
  const whole = await burst(large, fullConcurrency, 'whole');
  // Halves before and after the whole, so that a machine that grows busier changes little of the ratio.
  const halfAgain = await burst(large / 2, fullConcurrency, 'half again');
  const swept: Burst[] = [];
  for (const concurrency of sweep) {
    swept.push(await burst(sweepPictures, concurrency, `${concurrency * picturesPerInvocation} in flight`));
  }
  const atOnce = await burst(sweepPictures, fullConcurrency, 'answered at once', 0);
  return { half, whole, halfAgain, swept, atOnce };
}

function figuresOfWhole({ half, whole, halfAgain }: Bursts): Figure[] {
  return [
    {
      name: `${whole.pictures} pictures, ${whole.inFlightLimit} in flight: time`,
      value: whole.seconds,
      unit: 's',
    },
    { name: 'throughput', value: throughput(whole), unit: 'pictures/s' },
    {
      name: 'share of what the endpoint could do',
      value: throughput(whole) / endpointThroughput(capacity),
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
  ];
}

/** Each burst of the sweep over the one before it, which had half as many requests in flight. */
function speedups(swept: readonly Burst[]): Figure[] {
  return swept.slice(1).map((current, index): Figure => {
    const slower = swept[index] ?? current;
    const isEndpointBound = current.inFlightLimit > capacity;
    return {
      name: `time with ${slower.inFlightLimit} over ${current.inFlightLimit} in flight${isEndpointBound ? ' (the endpoint is the limit)' : ''}`,
      value: slower.seconds / current.seconds,
      unit: '×',
      ...(isEndpointBound ? {} : { target: { atLeast: 1.7, atMost: 2.2 } }),
    };
  });
}

function limitFigures({ half, whole, halfAgain, swept, atOnce }: Bursts): Figure[] {
  const all = [half, whole, halfAgain, ...swept, atOnce];
  return [
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
  ];
}

function latencyChart(bursts: readonly Burst[]): Chart {
  return {
    title: 'Upload to record',
    x: { label: 'latency, s', scale: 'linear' },
    y: { label: 'share of the pictures', scale: 'linear' },
    series: bursts.map(({ pictures, latenciesMs }) => ({
      name: `${pictures} pictures`,
      points: Array.from({ length: 101 }, (_, percent): [number, number] => [
        quantile(latenciesMs, percent / 100) / 1000,
        percent / 100,
      ]),
    })),
  };
}

function throughputChart(swept: readonly Burst[]): Chart {
  return {
    title: 'Throughput over pictures in flight',
    x: { label: 'most requests in flight', scale: 'logarithmic' },
    y: { label: 'pictures per second', scale: 'logarithmic' },
    series: [
      { name: 'measured', points: swept.map((burst) => [burst.inFlightLimit, throughput(burst)]) },
      {
        name: 'what the endpoint can answer',
        points: swept.map(({ inFlightLimit }) => [inFlightLimit, endpointThroughput(inFlightLimit)]),
      },
    ],
  };
}

async function readBurst(
  { pictures, concurrency, answerMs }: BurstOptions,
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

/** Pictures per second that the endpoint can answer with so many in flight. */
function endpointThroughput(inFlight: number): number {
  return (Math.min(inFlight, capacity) / endpointAnswerMs) * 1000;
}
