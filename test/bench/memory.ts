import * as z from 'zod';
import { startLocalStack, type LocalStack } from '../../infra/local/stack.ts';
import { announce, sqsEvent, type StoredPicture } from './announcements.ts';
import { storePicture } from './bucket-and-queue.ts';
import { lambdaNodeArguments, startLambdaProcess, type LambdaProcessOptions } from './lambda-process.ts';
import { startLimitedEndpoint } from './limited-endpoint.ts';
import { unpackPackagedFunction } from './packaged-function.ts';
import type { BenchOptions, Chart, Figure, Section } from './section.ts';
import { median } from './statistics.ts';

const batchSize = 10;
const megabyte = 1024 * 1024;
/** The endpoint takes requests of 5 MB, the form around the picture included. */
const largeSizeBytes = 5 * megabyte - 1024;
const smallSizeBytes = 256 * 1024;
/** In the long run one batch in so many is of large pictures. */
const largeEvery = 10;

const successfulResponse = z.object({ batchItemFailures: z.tuple([]) });

/** The measured values of one process of the function. */
type Weighing = {
  readonly batches: number;
  readonly peakBytes: number;
  readonly rssBytesByBatch: readonly number[];
  /** The bytes in use after each collection of garbage. */
  readonly liveBytes: readonly number[];
};

/** The work of one process. */
type Load = {
  readonly name: string;
  readonly batches: number;
  readonly nodeArguments: readonly string[];
  readonly pictureOfBatch: (batch: number) => StoredPicture;
  /** The numbers of batches after which garbage is collected. */
  readonly collectAfter: readonly number[];
};

type Weighings = { readonly large: Weighing; readonly largePlain: Weighing; readonly mixed: Weighing };

/** Measures how much memory the function takes: at its peak, and after ten thousand pictures. */
export async function measureMemory({ quick, progress }: BenchOptions): Promise<Section> {
  const endpoint = await startLimitedEndpoint({
    answerMs: 100,
    capacity: batchSize,
    requestLimit: batchSize,
  });
  const stack = await startLocalStack({ polling: false, environment: { OCR_BASE_URL: endpoint.url } });
  const packaged = await unpackPackagedFunction();
  try {
    const loads = await createLoads(stack, packaged.memorySizeMb, quick);
    const weighLoad = (load: Load) => weigh(load, stack, packaged, progress);
    const weighings = {
      large: await weighLoad(loads.large),
      largePlain: await weighLoad({
        ...loads.large,
        name: 'large pictures without limits',
        nodeArguments: [],
      }),
      mixed: await weighLoad(loads.mixed),
    };
    const { answered } = await endpoint.count();
    const sent = (2 * loads.large.batches + loads.mixed.batches) * batchSize;
    if (answered !== sent) throw new Error(`The endpoint was sent ${answered} pictures instead of ${sent}.`);
    return describe(weighings, packaged.memorySizeMb);
  } finally {
    await packaged.remove();
    await stack.stop();
    await endpoint.stop();
  }
}

async function createLoads(stack: LocalStack, memorySizeMb: number, quick: boolean) {
  const large = await storePicture(stack, 'large.jpg', largeSizeBytes);
  const small = await storePicture(stack, 'small.jpg', smallSizeBytes);
  const nodeArguments = lambdaNodeArguments(memorySizeMb);
  const mixedBatches = quick ? 20 : 1000;
  return {
    large: {
      name: 'large pictures',
      batches: quick ? 3 : 30,
      nodeArguments,
      pictureOfBatch: () => large,
      collectAfter: [],
    },
    mixed: {
      name: 'mixed pictures',
      batches: mixedBatches,
      nodeArguments,
      pictureOfBatch: (batch: number) => (batch % largeEvery === 0 ? large : small),
      collectAfter: [mixedBatches / 4, mixedBatches],
    },
  } satisfies Record<string, Load>;
}

async function weigh(
  { name, batches, nodeArguments, pictureOfBatch, collectAfter }: Load,
  stack: LocalStack,
  packaged: Pick<LambdaProcessOptions, 'functionPath' | 'handlerName' | 'memorySizeMb'>,
  progress: BenchOptions['progress'],
): Promise<Weighing> {
  const { environment } = stack.functionOf('read-plate');
  const lambda = await startLambdaProcess({ ...packaged, environment, nodeArguments });
  const rssBytesByBatch: number[] = [];
  const liveBytes: number[] = [];
  let peakBytes = 0;
  try {
    for (let batch = 0; batch < batches; batch += 1) {
      if (batch % 10 === 0)
        progress(`Memory, ${name}: ${batch * batchSize} of ${batches * batchSize} pictures`);
      const picture = pictureOfBatch(batch);
      const bodies = Array.from({ length: batchSize }, (_, index) =>
        announce(picture, `${name.replaceAll(' ', '-')}-${batch}-${index}`, new Date()),
      );
      const { response, rssBytes, peakRssBytes } = await lambda.invoke(sqsEvent(bodies, stack.queueArn));
      successfulResponse.parse(response);
      rssBytesByBatch.push(rssBytes);
      peakBytes = peakRssBytes;
      if (collectAfter.includes(batch + 1)) liveBytes.push(await lambda.collectGarbage());
    }
  } finally {
    await lambda.stop();
  }
  return { batches, peakBytes, rssBytesByBatch, liveBytes };
}

function describe({ large, largePlain, mixed }: Weighings, memorySizeMb: number): Section {
  return {
    title: 'Memory',
    method:
      'Batches of ten pictures, one after another, in a process that holds Node, the packaged function and nothing else. All services are in other processes. ' +
      `Node gets the arguments that AWS's runtime gives it for ${memorySizeMb} MB. The figures are the resident set size after each batch, and its peak as the kernel counts it. ` +
      `Large pictures have ${largeSizeBytes} bytes, small ones ${smallSizeBytes} bytes. The endpoint answers in 100 ms, so that the function holds all ten at once.`,
    figures: [
      {
        name: `peak, ${large.batches} batches of ten 5 MB pictures`,
        value: large.peakBytes / megabyte,
        unit: 'MB',
        target: { atMost: 300 },
      },
      {
        name: 'the same with the heap limits that Node chooses itself',
        value: largePlain.peakBytes / megabyte,
        unit: 'MB',
      },
      {
        name: `peak, ${mixed.batches * batchSize} pictures, every ${largeEvery}th batch 5 MB each`,
        value: mixed.peakBytes / megabyte,
        unit: 'MB',
        target: { atMost: 300 },
      },
      ...growthFigures(mixed),
    ],
    charts: [residentChart(mixed)],
    notes: [
      'Resident memory includes garbage that V8 has not collected yet. The bytes in use after a collection show whether the function keeps anything: the heap and the buffers outside it.',
    ],
  };
}

function growthFigures({ batches, rssBytesByBatch, liveBytes }: Weighing): Figure[] {
  const quarter = batches / 4;
  const early = rssBytesByBatch.slice(quarter, 2 * quarter);
  const late = rssBytesByBatch.slice(-quarter);
  const [liveEarlyBytes = NaN, liveLateBytes = NaN] = liveBytes;
  return [
    {
      name: 'resident, last quarter of them over the second, medians',
      value: median(late) / median(early),
      unit: '×',
      target: { atMost: 1.05 },
    },
    { name: 'in use after a collection, at the end', value: liveLateBytes / megabyte, unit: 'MB' },
    {
      name: 'in use after a collection, at the end over after the first quarter',
      value: liveLateBytes / liveEarlyBytes,
      unit: '×',
      target: { atMost: 1.05 },
    },
  ];
}

function residentChart({ rssBytesByBatch }: Weighing): Chart {
  return {
    title: 'Memory over pictures read',
    x: { label: 'pictures read', scale: 'linear' },
    y: { label: 'resident set size after the batch, MB', scale: 'linear' },
    series: [
      {
        name: 'mixed',
        points: rssBytesByBatch.map((rssBytes, batch) => [(batch + 1) * batchSize, rssBytes / megabyte]),
      },
    ],
  };
}
