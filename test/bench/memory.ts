import * as z from 'zod';
import { startLocalStack } from '../../infra/local/stack.ts';
import { announce, sqsEvent, type StoredPicture } from './announcements.ts';
import { storePicture } from './bucket-and-queue.ts';
import { lambdaNodeArguments, startLambdaProcess } from './lambda-process.ts';
import { startLimitedEndpoint } from './limited-endpoint.ts';
import { unpackPackagedFunction } from './packaged-function.ts';
import type { Measure } from './section.ts';
import { median } from './statistics.ts';

const batchSize = 10;
const megabyte = 1024 * 1024;
/** The endpoint takes requests of 5 MB, the form around the picture included. */
const largeSizeBytes = 5 * megabyte - 1024;
const smallSizeBytes = 256 * 1024;
/** In the long run one batch in so many is of large pictures. */
const largeEvery = 10;

const successfulResponse = z.object({ batchItemFailures: z.tuple([]) });

/** What one process of the function weighed. */
type Weighing = {
  readonly peakBytes: number;
  readonly rssBytesByBatch: readonly number[];
  /** What was in use after each collection of garbage. */
  readonly liveBytes: readonly number[];
};

/** How much memory the function takes: at its peak, and after ten thousand pictures. */
export const measureMemory: Measure = async ({ quick, progress }) => {
  const largeBatches = quick ? 3 : 30;
  const mixedBatches = quick ? 20 : 1000;
  const endpoint = await startLimitedEndpoint({
    answerMs: 100,
    capacity: batchSize,
    requestLimit: batchSize,
  });
  const stack = await startLocalStack({ polling: false, environment: { OCR_BASE_URL: endpoint.url } });
  const packaged = await unpackPackagedFunction();
  try {
    const large = await storePicture(stack, 'large.jpg', largeSizeBytes);
    const small = await storePicture(stack, 'small.jpg', smallSizeBytes);

    const weigh = async (
      name: string,
      batches: number,
      nodeArguments: readonly string[],
      pictureOfBatch: (batch: number) => StoredPicture,
      batchesBeforeCollection: readonly number[] = [],
    ): Promise<Weighing> => {
      const lambda = await startLambdaProcess({
        ...packaged,
        environment: stack.functionOf('read-plate').environment,
        nodeArguments,
      });
      const rssBytesByBatch: number[] = [];
      const liveBytes: number[] = [];
      let peakBytes = 0;
      try {
        for (let batch = 0; batch < batches; batch += 1) {
          if (batch % 10 === 0)
            progress(`memory, ${name}: ${batch * batchSize} of ${batches * batchSize} pictures`);
          const picture = pictureOfBatch(batch);
          const bodies = Array.from({ length: batchSize }, (_, index) =>
            announce(picture, `${name.replaceAll(' ', '-')}-${batch}-${index}`, new Date()),
          );
          const { response, rssBytes, peakRssBytes } = await lambda.invoke(sqsEvent(bodies, stack.queueArn));
          successfulResponse.parse(response);
          rssBytesByBatch.push(rssBytes);
          peakBytes = peakRssBytes;
          if (batchesBeforeCollection.includes(batch + 1)) liveBytes.push(await lambda.collectGarbage());
        }
      } finally {
        await lambda.stop();
      }
      return { peakBytes, rssBytesByBatch, liveBytes };
    };

    const asOnLambda = lambdaNodeArguments(packaged.memorySizeMb);
    const largeOnly = await weigh('large pictures', largeBatches, asOnLambda, () => large);
    const largeOnlyPlain = await weigh('large pictures without limits', largeBatches, [], () => large);
    const quarter = mixedBatches / 4;
    const mixed = await weigh(
      'mixed pictures',
      mixedBatches,
      asOnLambda,
      (batch) => (batch % largeEvery === 0 ? large : small),
      [quarter, mixedBatches],
    );
    const [liveEarlyBytes = NaN, liveLateBytes = NaN] = mixed.liveBytes;

    const { answered } = await endpoint.count();
    const sent = (2 * largeBatches + mixedBatches) * batchSize;
    if (answered !== sent) throw new Error(`The endpoint was sent ${answered} pictures instead of ${sent}.`);

    const early = mixed.rssBytesByBatch.slice(quarter, 2 * quarter);
    const late = mixed.rssBytesByBatch.slice(-quarter);
    return {
      title: 'Memory',
      method: `Batches of ten pictures, one after another, in a process that holds Node, the packaged function and nothing else; all services are in other processes. Node is started as AWS's runtime starts it for ${packaged.memorySizeMb} MB. Resident set size after each batch; its peak as the kernel counts it. Large: ${largeSizeBytes} bytes; small: ${smallSizeBytes} bytes. The endpoint answers in 100 ms, so that all ten are held at once.`,
      figures: [
        {
          name: `peak, ${largeBatches} batches of ten 5 MB pictures`,
          value: largeOnly.peakBytes / megabyte,
          unit: 'MB',
          target: { atMost: 300 },
        },
        {
          name: 'the same with the heap limits that Node chooses itself',
          value: largeOnlyPlain.peakBytes / megabyte,
          unit: 'MB',
        },
        {
          name: `peak, ${mixedBatches * batchSize} pictures, every ${largeEvery}th batch 5 MB each`,
          value: mixed.peakBytes / megabyte,
          unit: 'MB',
          target: { atMost: 300 },
        },
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
      ],
      charts: [
        {
          title: 'Memory over pictures read',
          x: { label: 'pictures read', scale: 'linear' },
          y: { label: 'resident set size after the batch, MB', scale: 'linear' },
          series: [
            {
              name: 'mixed',
              points: mixed.rssBytesByBatch.map((rssBytes, batch) => [
                (batch + 1) * batchSize,
                rssBytes / megabyte,
              ]),
            },
          ],
        },
      ],
      notes: [
        'Resident is also what the collector has not come to yet. What is in use after a collection shows whether anything is kept: the heap and the buffers outside it.',
      ],
    };
  } finally {
    await packaged.remove();
    await stack.stop();
    await endpoint.stop();
  }
};
