import { randomUUID } from 'node:crypto';
import { readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { unzipSync } from 'fflate';
import * as z from 'zod';
import { unpackFunction } from '../../infra/local/lambda/unpack-function.ts';
import { startLocalStack, type LocalStack } from '../../infra/local/stack.ts';
import { copyService } from '../infra/service-copy.ts';
import { announce, sqsEvent, type StoredPicture } from './announcements.ts';
import { storePicture } from './bucket-and-queue.ts';
import { usageOfChildren } from './child-process-usage.ts';
import { describeRuntimeClient, startCold, type ColdStart } from './cold-start-process.ts';
import { lambdaNodeArguments, startLambdaProcess } from './lambda-process.ts';
import { startLimitedEndpoint } from './limited-endpoint.ts';
import { onOneProcessor } from './one-processor.ts';
import { priceNote, prices } from './prices.ts';
import type { BenchOptions, Figure, Section } from './section.ts';
import { median } from './statistics.ts';

const answerMs = 400;
const pictureSizeBytes = 256 * 1024;
const batchSize = 10;
const megabyte = 1e6;
const million = 1e6;

const architectures = ['arm64', 'x86_64'] as const;
type Architecture = (typeof architectures)[number];
const thisArchitecture: Architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';

/** As the parameters set it for each reader, unless they are given. */
const memorySizesMb = { endpoint: 768, builtin: 1769 } as const;
type Reader = keyof typeof memorySizesMb;

const successfulResponse = z.object({ batchItemFailures: z.tuple([]) });

type PackageSize = { readonly zipBytes: number; readonly unpackedBytes: number };

/** What one reader's function took, on one processor. */
type Measured = {
  readonly starts: readonly ColdStart[];
  /** The duration of invocations with ten pictures and with one, in milliseconds. */
  readonly fullBatchesMs: readonly number[];
  readonly singlesMs: readonly number[];
  /** Of the function's process. */
  readonly peakBytes: number;
  /** Of the reader's process, and the processor time of a picture in it; undefined where nothing counts it. */
  readonly readerPeakBytes: number | undefined;
  readonly readerMsPerPicture: number | undefined;
};

type Subject = { readonly reader: Reader; readonly directory: string };

type Plan = { readonly starts: number; readonly fullBatches: number; readonly singles: number };

/** Measures a picture that the function reads itself, next to one that the endpoint reads. */
export async function measureBuiltInReader({ quick, progress }: BenchOptions): Promise<Section> {
  const plan: Plan = quick
    ? { starts: 1, fullBatches: 1, singles: 1 }
    : { starts: 15, fullBatches: 20, singles: 40 };
  await using cleanup = new AsyncDisposableStack();
  const endpoint = cleanup.adopt(
    await startLimitedEndpoint({ answerMs, capacity: batchSize, requestLimit: batchSize }),
    (started) => started.stop(),
  );
  const stack = cleanup.adopt(
    await startLocalStack({ polling: false, environment: { OCR_BASE_URL: endpoint.url } }),
    (started) => started.stop(),
  );
  const picture = await storePicture(stack, 'gate/picture.jpg', pictureSizeBytes);

  const sizes = new Map<Architecture, PackageSize>();
  const directories: Partial<Record<Reader, string>> = {};
  const unpack = async (reader: Reader, architecture: Architecture) => {
    progress(`Built-in reader: packaging ${reader} for ${architecture}`);
    const { size, directory } = await packageFor(reader, architecture);
    cleanup.defer(() => rm(directory, { recursive: true }));
    directories[reader] = directory;
    return size;
  };
  const endpointSize = await unpack('endpoint', thisArchitecture);
  for (const architecture of architectures.toSorted((one) => (one === thisArchitecture ? 1 : -1))) {
    sizes.set(architecture, await unpack('builtin', architecture));
  }

  const measure = (reader: Reader) =>
    measureReader({ reader, directory: directories[reader] ?? '' }, stack, picture, plan, progress);
  const measured = { builtin: await measure('builtin'), endpoint: await measure('endpoint') };
  return describe(measured, sizes, endpointSize, plan);
}

/** Packages a stage as a deployment does, and unpacks its function. */
async function packageFor(reader: Reader, architecture: Architecture) {
  const service = await copyService();
  try {
    const parameters = [`reader=${reader}`, `architecture=${architecture}`];
    const { exitCode, output } = await service.osls([
      ...['package', '--package', 'packaged', '--stage', 'bench'],
      ...parameters.flatMap((parameter) => ['--param', parameter]),
    ]);
    if (exitCode !== 0) throw new Error(`osls could not package ${parameters.join(', ')}:\n${output}`);
    const zipPath = path.join(service.directory, 'packaged', 'read-plate.zip');
    const files = Object.values(unzipSync(await readFile(zipPath)));
    const unpackedBytes = files.reduce((total, content) => total + content.length, 0);
    const size: PackageSize = { zipBytes: (await stat(zipPath)).size, unpackedBytes };
    return { size, directory: await unpackFunction(zipPath) };
  } finally {
    await service.remove();
  }
}

async function measureReader(
  { reader, directory }: Subject,
  stack: LocalStack,
  picture: StoredPicture,
  plan: Plan,
  progress: BenchOptions['progress'],
): Promise<Measured> {
  const functionPath = path.join(directory, 'read-plate.mjs');
  const environment = { ...stack.functionOf('read-plate').environment, READER: reader };
  const launcher = onOneProcessor();
  const eventOf = (pictures: number) =>
    sqsEvent(
      Array.from({ length: pictures }, () => announce(picture, randomUUID(), new Date())),
      stack.queueArn,
    );

  const starts: ColdStart[] = [];
  // Round 0 is not counted: it warms the disk's cache and the servers.
  for (let round = 0; round <= plan.starts; round += 1) {
    progress(`Built-in reader: ${reader}, start ${round} of ${plan.starts}`);
    const start = await startCold(functionPath, eventOf(1), environment, launcher);
    if (round > 0) starts.push(start);
  }

  const memorySizeMb = memorySizesMb[reader];
  const nodeArguments = lambdaNodeArguments(memorySizeMb);
  const lambda = await startLambdaProcess({
    ...{ functionPath, handlerName: 'handler', environment, memorySizeMb, nodeArguments, launcher },
  });
  try {
    let peakBytes = 0;
    const invoke = async (pictures: number) => {
      const { response, durationMs, peakRssBytes } = await lambda.invoke(eventOf(pictures));
      successfulResponse.parse(response);
      peakBytes = peakRssBytes;
      return durationMs;
    };
    progress(`Built-in reader: ${reader}, warm pictures`);
    await invoke(batchSize);
    const usage = () => (lambda.processId === undefined ? undefined : usageOfChildren(lambda.processId));
    const before = usage();
    const fullBatchesMs = await inTurn(plan.fullBatches, () => invoke(batchSize));
    const singlesMs = await inTurn(plan.singles, () => invoke(1));
    const after = usage();
    const pictures = plan.fullBatches * batchSize + plan.singles;
    const readerMs = before && after ? (after.processorMs - before.processorMs) / pictures : undefined;
    return {
      ...{ starts, fullBatchesMs, singlesMs, peakBytes },
      readerPeakBytes: after?.peakBytes,
      readerMsPerPicture: readerMs,
    };
  } finally {
    await lambda.stop();
  }
}

async function inTurn(times: number, run: () => Promise<number>): Promise<number[]> {
  const results: number[] = [];
  for (let count = 0; count < times; count += 1) results.push(await run());
  return results;
}

const names: Readonly<Record<Reader, string>> = { builtin: 'built-in reader', endpoint: 'endpoint' };

function describe(
  measured: Readonly<Record<Reader, Measured>>,
  sizes: ReadonlyMap<Architecture, PackageSize>,
  endpointSize: PackageSize,
  { starts, fullBatches, singles }: Plan,
): Section {
  const launcher = onOneProcessor();
  return {
    title: 'Built-in reader',
    method:
      `The packaged function for ${thisArchitecture}, with the built-in reader and with an endpoint that answers in ${answerMs} ms. ` +
      (launcher.length > 0
        ? 'Function and reader are held on one processor with `taskset`, as Lambda gives it at 1,769 MB. '
        : 'This system has no `taskset`, so that function and reader had all processors. ') +
      `${starts} starts under ${describeRuntimeClient()}; then in one process ${fullBatches} batches of ten pictures and ${singles} of one, after a batch to warm up. ` +
      `The picture has 1280×720 pixels and ${pictureSizeBytes / 1024} KB. The figures are medians.`,
    figures: [
      ...(['builtin', 'endpoint'] as const).flatMap((reader) => figuresOf(reader, measured[reader])),
      ...architectures.flatMap((architecture) =>
        sizeFigures(`built-in, ${architecture}`, sizes.get(architecture)),
      ),
      ...sizeFigures('endpoint', endpointSize),
    ],
    charts: [],
    notes: [
      `Lambda with ${memorySizesMb.builtin} MB for the built-in reader and ${memorySizesMb.endpoint} MB for the endpoint, whose price of a call is not included. ${priceNote}`,
    ],
  };
}

function figuresOf(reader: Reader, measured: Measured): Figure[] {
  const { starts, fullBatchesMs, singlesMs, peakBytes, readerPeakBytes, readerMsPerPicture } = measured;
  const figure = (name: string, value: number, unit: string): Figure => ({
    name: `${names[reader]}: ${name}`,
    value,
    unit,
  });
  const inBatchMs = median(fullBatchesMs) / batchSize;
  const aloneMs = median(singlesMs);
  return [
    figure('start', median(starts.map(({ firstNext }) => firstNext.elapsedMs)), 'ms'),
    figure('first picture', median(starts.map(({ firstResponse }) => firstResponse.elapsedMs)), 'ms'),
    figure('billed time per picture, ten in a batch', inBatchMs, 'ms'),
    figure('billed time per picture, alone', aloneMs, 'ms'),
    ...(reader === 'builtin' && readerMsPerPicture !== undefined && readerPeakBytes !== undefined
      ? [
          figure("processor time per picture in the reader's process", readerMsPerPicture, 'ms'),
          figure("peak memory of the reader's process", readerPeakBytes / megabyte, 'MB'),
        ]
      : []),
    figure("peak memory of the function's process", peakBytes / megabyte, 'MB'),
    figure('Lambda per million pictures, ten in a batch', dollars(reader, inBatchMs, batchSize), 'USD'),
    figure('Lambda per million pictures, one in a batch', dollars(reader, aloneMs, 1), 'USD'),
  ];
}

/** What Lambda charges for a million pictures, on arm64. */
function dollars(reader: Reader, msPerPicture: number, picturesPerInvocation: number): number {
  const gigabyteSeconds = (msPerPicture / 1000) * (memorySizesMb[reader] / 1024);
  const perPicture =
    gigabyteSeconds * prices.lambdaGigabyteSecond + prices.lambdaRequest / picturesPerInvocation;
  return perPicture * million;
}

function sizeFigures(name: string, size: PackageSize | undefined): Figure[] {
  if (!size) return [];
  return [
    { name: `package, ${name}: zip`, value: size.zipBytes / megabyte, unit: 'MB' },
    {
      name: `package, ${name}: unpacked`,
      value: size.unpackedBytes / megabyte,
      unit: 'MB',
      target: { atMost: 80 },
    },
  ];
}
