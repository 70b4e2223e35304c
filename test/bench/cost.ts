import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { createSandbox } from '../../infra/local/lambda/sandbox.ts';
import { startLocalStack } from '../../infra/local/stack.ts';
import { announce } from './announcements.ts';
import { usualWayPath } from './bench-packages.ts';
import { enqueue, storePicture } from './bucket-and-queue.ts';
import { startLimitedEndpoint } from './limited-endpoint.ts';
import { unpackPackagedFunction } from './packaged-function.ts';
import { priceNote, prices } from './prices.ts';
import type { Figure, Measure } from './section.ts';
import { median } from './statistics.ts';

const answerMs = 400;
/** Invocations at a time, of the function as of the usual way. */
const concurrency = 2;
const pictureSizeBytes = 256 * 1024;
const million = 1e6;
/** A message that never comes through must not hold the bench for ever. */
const patienceMs = 5 * 60_000;

const timedFunction = fileURLToPath(new URL('timed-function.mjs', import.meta.url));

const reportLine = z.object({ durationMs: z.number(), records: z.number() });

/** What one side of one round came to. */
type Bill = {
  readonly pictures: number;
  readonly invocations: number;
  readonly billedMs: number;
  /** What the function itself wrote. */
  readonly logBytes: number;
};

/** What a picture costs, beside the usual way of one picture per invocation. */
export const measureCost: Measure = async ({ quick, progress }) => {
  const rounds = quick ? 1 : 5;
  const picturesPerRound = quick ? 40 : 200;
  const usualPicturesPerRound = quick ? 8 : 40;

  const endpoint = await startLimitedEndpoint({ answerMs, capacity: 100, requestLimit: 10 * concurrency });
  const packaged = await unpackPackagedFunction();
  const product = createLedger();
  const usual = createLedger();
  const stack = await startLocalStack({
    modulePaths: { 'read-plate': timedFunction },
    environment: { OCR_BASE_URL: endpoint.url, MEASURED_FUNCTION: packaged.functionPath },
    concurrency,
    onOutput: product.onOutput,
  });
  const usualSandboxes = Array.from({ length: concurrency }, () =>
    createSandbox({
      functionName: 'usual-way',
      functionArn: 'arn:aws:lambda:ap-northeast-2:000000000000:function:usual-way',
      functionPath: timedFunction,
      handlerName: 'handler',
      environment: { ...stack.functionOf('read-plate').environment, MEASURED_FUNCTION: usualWayPath },
      timeoutMs: 60_000,
      memorySizeMb: packaged.memorySizeMb,
      onOutput: usual.onOutput,
    }),
  );

  try {
    const picture = await storePicture(stack, 'gate/picture.jpg', pictureSizeBytes);
    let version = 0;
    const nextBody = () => announce(picture, `cost-${(version += 1)}`, new Date());

    const readFromQueue = async (pictures: number): Promise<Bill> => {
      // One second's delay lets all of them appear at once: a poller that waits would take the first one alone.
      await enqueue(stack, Array.from({ length: pictures }, nextBody), 1);
      return product.bill(pictures);
    };
    const readTheUsualWay = async (pictures: number): Promise<Bill> => {
      await Promise.all(
        usualSandboxes.map(async (sandbox) => {
          for (let count = 0; count < pictures / concurrency; count += 1) {
            const result = await sandbox.invoke(z.json().parse(JSON.parse(nextBody())));
            if (result.kind !== 'returned')
              throw new Error(`The usual way failed: ${JSON.stringify(result)}`);
          }
        }),
      );
      return usual.bill(pictures);
    };

    progress('cost: warming up');
    // The test event that S3 sends first is one message more.
    await enqueue(stack, Array.from({ length: 39 }, nextBody), 1);
    await product.bill(40);
    await readTheUsualWay(2 * concurrency);
    const productBills: Bill[] = [];
    const usualBills: Bill[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      progress(`cost: round ${round} of ${rounds}, ${picturesPerRound} pictures from the queue`);
      productBills.push(await readFromQueue(picturesPerRound));
      progress(`cost: round ${round} of ${rounds}, ${usualPicturesPerRound} pictures the usual way`);
      usualBills.push(await readTheUsualWay(usualPicturesPerRound));
    }
    const { refused } = await endpoint.count();
    if (refused > 0) throw new Error(`The endpoint refused ${refused} requests.`);

    const ratios = productBills.map(
      (bill, round) => perPicture(bill) / perPicture(usualBills[round] ?? bill),
    );
    const productTotal = sum(productBills);
    const usualTotal = sum(usualBills);
    const gigabytes = packaged.memorySizeMb / 1024;
    const gigabyteSeconds = (bill: Bill) => (perPicture(bill) / 1000) * gigabytes * million;
    const dollars = (bill: Bill) =>
      gigabyteSeconds(bill) * prices.lambdaGigabyteSecond +
      (bill.invocations / bill.pictures) * prices.lambdaRequest * million;

    return {
      title: 'Cost',
      method: `The endpoint answers in ${answerMs} ms. ${rounds} rounds, after one to warm up: ${picturesPerRound} pictures of ${pictureSizeBytes / 1024} KB through queue and event source mapping, then ${usualPicturesPerRound} the usual way, one per invocation; ${concurrency} invocations at a time each. Billed is each invocation's duration, rounded up to a whole millisecond as Lambda does. Cold starts are not in it.`,
      figures: [
        {
          name: 'billed time over the usual way, median of rounds',
          value: median(ratios),
          unit: '×',
          target: { atMost: 1 / 8 },
        },
        { name: 'billed time per picture', value: perPicture(productTotal), unit: 'ms' },
        { name: 'billed time per picture, usual way', value: perPicture(usualTotal), unit: 'ms' },
        {
          name: 'pictures per invocation',
          value: productTotal.pictures / productTotal.invocations,
          unit: 'pictures',
        },
        { name: 'Lambda time per million pictures', value: gigabyteSeconds(productTotal), unit: 'GB-s' },
        {
          name: 'Lambda time per million pictures, usual way',
          value: gigabyteSeconds(usualTotal),
          unit: 'GB-s',
        },
        { name: 'Lambda per million pictures', value: dollars(productTotal), unit: 'USD' },
        { name: 'Lambda per million pictures, usual way', value: dollars(usualTotal), unit: 'USD' },
        ...otherServices(productTotal),
      ],
      charts: [],
      notes: [
        `Both with ${packaged.memorySizeMb} MB. ${priceNote}`,
        'The queue was never empty. With one picture every few seconds a batch holds one picture, and its time is that of the usual way.',
        'The vendor’s price of a call and storage are not in it; DynamoDB stands under Growth.',
      ],
    };
  } finally {
    await Promise.all(usualSandboxes.map((sandbox) => sandbox.kill()));
    await stack.stop();
    await packaged.remove();
    await endpoint.stop();
  }
};

/** What the other services charge for a million pictures. */
function otherServices({ pictures, invocations, logBytes }: Bill): Figure[] {
  // S3 sends a message for each picture; each batch is received and deleted with one request.
  const queueRequests = 1 + (2 * invocations) / pictures;
  const logBytesPerPicture = logBytes / pictures;
  return [
    { name: 'SQS per million pictures', value: queueRequests * prices.sqsRequest * million, unit: 'USD' },
    {
      name: 'S3 PUT and GET per million pictures (both ways)',
      value: (prices.s3Put + prices.s3Get) * million,
      unit: 'USD',
    },
    { name: 'log per picture', value: logBytesPerPicture, unit: 'bytes' },
    { name: 'log per million pictures', value: logBytesPerPicture * prices.logByte * million, unit: 'USD' },
  ];
}

/** Collects the REPORT lines of a function until all pictures of a round are in them. */
function createLedger() {
  const reported = new EventEmitter();
  let reports: z.infer<typeof reportLine>[] = [];
  let logBytes = 0;
  const countPictures = () => reports.reduce((total, { records }) => total + records, 0);

  return {
    onOutput: (line: string): void => {
      if (!line.startsWith('REPORT ')) {
        logBytes += Buffer.byteLength(line);
        return;
      }
      reports.push(reportLine.parse(JSON.parse(line.slice('REPORT '.length))));
      reported.emit('report');
    },
    /** The bill of all invocations since the last one, once they have had this many pictures. */
    bill: async (pictures: number): Promise<Bill> => {
      const signal = AbortSignal.timeout(patienceMs);
      while (countPictures() < pictures) await once(reported, 'report', { signal });
      const bill = {
        pictures: countPictures(),
        invocations: reports.length,
        billedMs: reports.reduce((total, { durationMs }) => total + Math.ceil(durationMs), 0),
        logBytes,
      };
      reports = [];
      logBytes = 0;
      return bill;
    },
  };
}

function perPicture({ billedMs, pictures }: Bill): number {
  return billedMs / pictures;
}

function sum(bills: readonly Bill[]): Bill {
  return bills.reduce((total, bill) => ({
    pictures: total.pictures + bill.pictures,
    invocations: total.invocations + bill.invocations,
    billedMs: total.billedMs + bill.billedMs,
    logBytes: total.logBytes + bill.logBytes,
  }));
}
