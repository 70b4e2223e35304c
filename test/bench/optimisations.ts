import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import {
  undiciHttp2,
  unusedSdkModules,
  unusedSdkOperations,
  unusedUndiciModules,
} from '../../infra/build/leave-out.ts';
import { startLocalStack, type LocalStack } from '../../infra/local/stack.ts';
import { announce, sqsEvent } from './announcements.ts';
import { storePicture } from './bucket-and-queue.ts';
import { bundleVariant, type Variant } from './bundle-variant.ts';
import { startCold } from './cold-start-process.ts';
import { readPackagedTemplate } from './packaged-function.ts';
import type { BenchOptions, Figure, Section } from './section.ts';
import { median } from './statistics.ts';
import { answerAlike, startWarmWorker, type WarmWorker } from './warm-worker.ts';

const endpointFile = 'adapters/vehicle-plate-endpoint.ts';
const collectorFile = 'adapters/garbage-collector.ts';

/** The function as it is, and without one optimisation each. Its second time shows the noise. */
export const optimisationVariants: readonly Variant[] = [
  variant('as it is', {}),
  variant('as it is, a second time', {}),
  variant('with all SDK operations described', { without: [unusedSdkOperations] }),
  variant("with the SDK's unused modules", { without: [unusedSdkModules] }),
  variant("with undici's root module", {
    without: [unusedUndiciModules],
    edits: [
      {
        file: endpointFile,
        from: "const { default: Pool } = await import('undici/lib/dispatcher/pool.js');",
        to: "const { Pool } = await import('undici');",
      },
    ],
  }),
  variant("with undici's unused modules and HTTP/2", { without: [unusedUndiciModules, undiciHttp2] }),
  variant('with marking in steps', {
    edits: [{ file: collectorFile, from: "setFlagsFromString('--no-incremental-marking');", to: '' }],
  }),
  variant('without collections of young objects', {
    edits: [{ file: collectorFile, from: "globalThis.gc?.({ type: 'minor' });", to: '' }],
  }),
];

const bundleMetric = 'bundle';
const startMetric = 'start';
const firstPictureMetric = 'first picture';
const warmMetrics = [
  [100, 'warm picture of 100 KB'],
  [1000, 'warm picture of 1 MB'],
] as const;
const memoryMetric = 'peak memory with ten pictures of 5 MB';

/** What is measured of each variant. */
const metrics = [
  { name: bundleMetric, unit: 'KB' },
  { name: startMetric, unit: 'ms' },
  { name: firstPictureMetric, unit: 'ms' },
  { name: warmMetrics[0][1], unit: 'ms' },
  { name: warmMetrics[1][1], unit: 'ms' },
  { name: memoryMetric, unit: 'MB' },
] as const;

/** A variant, its bundle, and the values of its rounds. */
type Subject = {
  readonly name: string;
  readonly modulePath: string;
  readonly values: Readonly<Record<(typeof metrics)[number]['name'], number[]>>;
};

type Rounds = { readonly cold: number; readonly warm: number; readonly memory: number };

const megabyte = 1024 * 1024;
/** The endpoint takes 5 MB, the form around the picture included. */
const largeSizeBytes = 5 * megabyte - 1024;
/** Long enough for all pictures of a batch to be in memory at once. */
const answerMs = 100;

function variant(name: string, parts: Partial<Omit<Variant, 'name'>>): Variant {
  return { name, edits: [], without: [], ...parts };
}

/** Measures what each optimisation saves: the function as it is, and without one of them. */
export async function measureOptimisations(options: BenchOptions): Promise<Section> {
  // Three are enough to see that the section works; change-source.test.ts checks the edits of all.
  const variants = options.quick ? optimisationVariants.slice(0, 3) : optimisationVariants;
  const subjects: Subject[] = [];
  for (const each of variants) subjects.push(await bundle(each, options.workDirectory));
  const stack = await startLocalStack({ polling: false });
  try {
    const rounds = options.quick ? { cold: 1, warm: 1, memory: 1 } : { cold: 20, warm: 10, memory: 3 };
    await startInTurn(subjects, stack, rounds.cold, options);
    answerAlike(stack, answerMs);
    await workInTurn(subjects, stack, rounds.warm, options);
    await fillMemoryInTurn(subjects, stack, rounds.memory, options);
    return describe(subjects, rounds);
  } finally {
    await stack.stop();
  }
}

async function bundle(each: Variant, directory: string): Promise<Subject> {
  const modulePath = await bundleVariant(each, directory);
  const { size } = await stat(modulePath);
  return {
    name: each.name,
    modulePath,
    values: {
      bundle: [size / 1000],
      start: [],
      'first picture': [],
      'warm picture of 100 KB': [],
      'warm picture of 1 MB': [],
      'peak memory with ten pictures of 5 MB': [],
    },
  };
}

async function startInTurn(
  subjects: readonly Subject[],
  stack: LocalStack,
  rounds: number,
  { quick, progress }: BenchOptions,
): Promise<void> {
  const picture = await storePicture(stack, 'gate-north/2026/11/22/081500.jpg', 100_000);
  // Round 0 is not counted: it warms the disk's cache and the servers.
  for (let round = quick ? 1 : 0; round <= rounds; round += 1) {
    progress(`Optimisations: start ${round} of ${rounds}`);
    for (const { modulePath, values } of subjects) {
      const event = sqsEvent([announce(picture, randomUUID(), new Date())], stack.queueArn);
      const { firstNext, firstResponse } = await startCold(
        modulePath,
        event,
        stack.functionOf('read-plate').environment,
      );
      if (round === 0) continue;
      values[startMetric].push(firstNext.processorMs);
      values[firstPictureMetric].push(firstResponse.processorMs);
    }
  }
}

async function workInTurn(
  subjects: readonly Subject[],
  stack: LocalStack,
  rounds: number,
  { quick, progress }: BenchOptions,
): Promise<void> {
  const workers = new Map<Subject, WarmWorker>();
  try {
    for (const subject of subjects) workers.set(subject, await startWorker(subject, stack));
    const batches = quick ? 1 : 5;
    const warmUpRounds = quick ? 0 : 4;
    for (const [sizeKb, metric] of warmMetrics) {
      const picture = await storePicture(stack, `gate-north/${sizeKb}.jpg`, sizeKb * 1000);
      for (let round = 1 - warmUpRounds; round <= rounds; round += 1) {
        progress(`Optimisations: pictures of ${sizeKb} KB, round ${Math.max(round, 0)} of ${rounds}`);
        for (const [{ values }, worker] of workers) {
          const processorMs = await worker.work(picture, batches);
          if (round >= 1) values[metric].push(processorMs);
        }
      }
    }
  } finally {
    await Promise.all([...workers.values()].map((worker) => worker.stop()));
  }
}

async function fillMemoryInTurn(
  subjects: readonly Subject[],
  stack: LocalStack,
  rounds: number,
  { quick, progress }: BenchOptions,
): Promise<void> {
  const large = await storePicture(stack, 'gate-north/large.jpg', largeSizeBytes);
  for (let round = 1; round <= rounds; round += 1) {
    progress(`Optimisations: peak memory, round ${round} of ${rounds}`);
    for (const subject of subjects) {
      const worker = await startWorker(subject, stack);
      try {
        await worker.work(large, quick ? 1 : 10);
        subject.values[memoryMetric].push(worker.peakBytes() / megabyte);
      } finally {
        await worker.stop();
      }
    }
  }
}

async function startWorker({ modulePath }: Subject, stack: LocalStack): Promise<WarmWorker> {
  const { memorySizeMb } = readPackagedTemplate().functions.ReadPlateLambdaFunction;
  return startWarmWorker(
    modulePath,
    memorySizeMb,
    stack.functionOf('read-plate').environment,
    stack.queueArn,
  );
}

function describe(subjects: readonly Subject[], rounds: Rounds): Section {
  const [asItIs, ...others] = subjects;
  if (asItIs === undefined) throw new TypeError('No variant was measured.');
  return {
    title: 'Optimisations',
    method:
      `The function as it is, and without one optimisation each. The variants run in turn, and the figures are medians of ${rounds.cold} starts, ` +
      `${rounds.warm} rounds of warm pictures, and ${rounds.memory} processes for the peak of memory. Start and first picture are processor time, which other work on the machine changes less than the elapsed time. ` +
      'A ratio is that of the variant to the function as it is. An optimisation stays if one of its ratios is 1.05 or more; the ratios of the function to itself show the noise.',
    figures: [
      ...metrics.map((metric) => figureOf(asItIs, metric)),
      ...others.flatMap((other) =>
        metrics.map(({ name }): Figure => ({
          name: `${other.name}: ${name}`,
          value: median(other.values[name]) / median(asItIs.values[name]),
          unit: '×',
        })),
      ),
    ],
    charts: [],
    notes: [],
  };
}

function figureOf({ name, values }: Subject, metric: (typeof metrics)[number]): Figure {
  return { name: `${name}: ${metric.name}`, value: median(values[metric.name]), unit: metric.unit };
}
