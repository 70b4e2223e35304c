import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { createSandbox, type Sandbox } from '../../infra/local/lambda/sandbox.ts';
import { startLocalStack, type LocalStack } from '../../infra/local/stack.ts';
import { announce } from './announcements.ts';
import { usualWayPath } from './bench-packages.ts';
import { enqueue, storePicture } from './bucket-and-queue.ts';
import { startLimitedEndpoint } from './limited-endpoint.ts';
import { unpackPackagedFunction } from './packaged-function.ts';
import { priceNote, prices } from './prices.ts';
import type { BenchOptions, Figure, Section } from './section.ts';
import { median } from './statistics.ts';

const answerMs = 400;
/** Invocations at a time, of the function and of the usual way. */
const concurrency = 2;
const pictureSizeBytes = 256 * 1024;
const million = 1e6;
/** A message that never arrives must not hold the bench for ever. */
const patienceMs = 5 * 60_000;

const timedFunction = fileURLToPath(new URL('timed-function.mjs', import.meta.url));

const reportLine = z.object({ durationMs: z.number(), records: z.number() });

/** The invocations of one side in one round. */
type Bill = {
  readonly pictures: number;
  readonly invocations: number;
  readonly billedMs: number;
  /** The bytes that the function itself logged. */
  readonly logBytes: number;
};

type Bills = { readonly product: readonly Bill[]; readonly usual: readonly Bill[] };

/** How many rounds, and the pictures of each side in a round. */
type Plan = { readonly rounds: number; readonly pictures: number; readonly usualPictures: number };

/** Measures what a picture costs, next to the usual way of one picture per invocation. */
export async function measureCost({ quick, progress }: BenchOptions): Promise<Section> {
  const plan = quick
    ? { rounds: 1, pictures: 40, usualPictures: 8 }
    : { rounds: 5, pictures: 200, usualPictures: 40 };
  const endpoint = await startLimitedEndpoint({ answerMs, capacity: 100, requestLimit: 10 * concurrency });
  const packaged = await unpackPackagedFunction();
  const ledger = createLedger();
  const stack = await startLocalStack({
    modulePaths: { 'read-plate': timedFunction },
    environment: { OCR_BASE_URL: endpoint.url, MEASURED_FUNCTION: packaged.functionPath },
    concurrency,
    onOutput: ledger.onOutput,
  });
  try {
    const bills = await readInTurn(stack, ledger, packaged.memorySizeMb, plan, progress);
    const { refused } = await endpoint.count();
    if (refused > 0) throw new Error(`The endpoint refused ${refused} requests.`);
    return describe(bills, packaged.memorySizeMb, plan);
  } finally {
    await stack.stop();
    await packaged.remove();
    await endpoint.stop();
  }
}

async function readInTurn(
  stack: LocalStack,
  ledger: Ledger,
  memorySizeMb: number,
  { rounds, pictures, usualPictures }: Plan,
  progress: BenchOptions['progress'],
): Promise<Bills> {
  const picture = await storePicture(stack, 'gate/picture.jpg', pictureSizeBytes);
  let version = 0;
  const nextBody = () => announce(picture, `cost-${(version += 1)}`, new Date());
  const readFromQueue = async (count: number): Promise<Bill> => {
    // With one second's delay all messages appear at once: a waiting poller would receive the first one
    // alone.
    await enqueue(stack, Array.from({ length: count }, nextBody), 1);
    return ledger.bill(count);
  };
  const usualWay = startUsualWay(stack, memorySizeMb);
  try {
    progress('Cost: warming up');
    // The test event that S3 sends first is one message more.
    await enqueue(stack, Array.from({ length: 39 }, nextBody), 1);
    await ledger.bill(40);
    await usualWay.read(2 * concurrency, nextBody);
    const product: Bill[] = [];
    const usual: Bill[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      progress(`Cost: round ${round} of ${rounds}, ${pictures} pictures from the queue`);
      product.push(await readFromQueue(pictures));
      progress(`Cost: round ${round} of ${rounds}, ${usualPictures} pictures the usual way`);
      usual.push(await usualWay.read(usualPictures, nextBody));
    }
    return { product, usual };
  } finally {
    await usualWay.stop();
  }
}

/** Starts sandboxes of the usual way, each of which reads one picture per invocation. */
function startUsualWay(stack: LocalStack, memorySizeMb: number) {
  const ledger = createLedger();
  const sandboxes = Array.from({ length: concurrency }, () =>
    createSandbox({
      functionName: 'usual-way',
      functionArn: 'arn:aws:lambda:ap-northeast-2:000000000000:function:usual-way',
      functionPath: timedFunction,
      handlerName: 'handler',
      environment: { ...stack.functionOf('read-plate').environment, MEASURED_FUNCTION: usualWayPath },
      timeoutMs: 60_000,
      memorySizeMb,
      onOutput: ledger.onOutput,
    }),
  );
  const readOne = async (sandbox: Sandbox, body: string) => {
    const result = await sandbox.invoke(z.json().parse(JSON.parse(body)));
    if (result.kind !== 'returned') throw new Error(`The usual way failed: ${JSON.stringify(result)}`);
  };
  return {
    async read(pictures: number, nextBody: () => string): Promise<Bill> {
      await Promise.all(
        sandboxes.map(async (sandbox) => {
          for (let count = 0; count < pictures / concurrency; count += 1) await readOne(sandbox, nextBody());
        }),
      );
      return ledger.bill(pictures);
    },
    async stop(): Promise<void> {
      await Promise.all(sandboxes.map((sandbox) => sandbox.kill()));
    },
  };
}

function describe(bills: Bills, memorySizeMb: number, { rounds, pictures, usualPictures }: Plan): Section {
  const ratios = bills.product.map(
    (bill, round) => perPicture(bill) / perPicture(bills.usual[round] ?? bill),
  );
  return {
    title: 'Cost',
    method:
      `The endpoint answers in ${answerMs} ms. ${rounds} rounds, after one to warm up: ${pictures} pictures of ${pictureSizeBytes / 1024} KB through queue and event source mapping, ` +
      `then ${usualPictures} the usual way, one per invocation; ${concurrency} invocations at a time each. ` +
      'Billed is the duration of each invocation, rounded up to a whole millisecond as Lambda does. The figures include no cold start.',
    figures: [
      {
        name: 'billed time over the usual way, median of rounds',
        value: median(ratios),
        unit: '×',
        target: { atMost: 1 / 8 },
      },
      ...lambdaFigures(sum(bills.product), sum(bills.usual), memorySizeMb),
      ...otherServices(sum(bills.product)),
    ],
    charts: [],
    notes: [
      `Both with ${memorySizeMb} MB. ${priceNote}`,
      'The queue was never empty. With one picture every few seconds a batch holds one picture, and takes as long as the usual way.',
      'The figures include neither the vendor’s price of a call nor storage. DynamoDB is in the section Growth.',
    ],
  };
}

function lambdaFigures(product: Bill, usual: Bill, memorySizeMb: number): Figure[] {
  const gigabytes = memorySizeMb / 1024;
  const gigabyteSeconds = (bill: Bill) => (perPicture(bill) / 1000) * gigabytes * million;
  const dollars = (bill: Bill) =>
    gigabyteSeconds(bill) * prices.lambdaGigabyteSecond +
    (bill.invocations / bill.pictures) * prices.lambdaRequest * million;
  return [
    { name: 'billed time per picture', value: perPicture(product), unit: 'ms' },
    { name: 'billed time per picture, usual way', value: perPicture(usual), unit: 'ms' },
    { name: 'pictures per invocation', value: product.pictures / product.invocations, unit: 'pictures' },
    { name: 'Lambda time per million pictures', value: gigabyteSeconds(product), unit: 'GB-s' },
    { name: 'Lambda time per million pictures, usual way', value: gigabyteSeconds(usual), unit: 'GB-s' },
    { name: 'Lambda per million pictures', value: dollars(product), unit: 'USD' },
    { name: 'Lambda per million pictures, usual way', value: dollars(usual), unit: 'USD' },
  ];
}

/** What the other services charge for a million pictures. */
function otherServices({ pictures, invocations, logBytes }: Bill): Figure[] {
  // S3 sends a message for each picture; one request receives a batch, and one deletes it.
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

type Ledger = ReturnType<typeof createLedger>;

/** Collects the REPORT lines of a function until they cover all pictures of a round. */
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
    /** The bill of all invocations since the last bill, once they have had this many pictures. */
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
