import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { startLocalStack } from '../../infra/local/stack.ts';
import { announce, sqsEvent } from './announcements.ts';
import { usualWayPath } from './bench-packages.ts';
import { storePicture } from './bucket-and-queue.ts';
import { describeRuntimeClient, isAwsClientBuilt, startCold, type ColdStart } from './cold-start-process.ts';
import { unpackPackagedFunction } from './packaged-function.ts';
import { bundleFloor, bundleUsualWay, emptyHandlerPath } from './references.ts';
import type { BenchOptions, Chart, Figure, Section } from './section.ts';
import { median } from './statistics.ts';

/** A function that starts once in each round. */
type Subject = {
  readonly name: string;
  readonly modulePath: string;
  /** Who sends its event: a batch of the queue, or the bucket itself. */
  readonly source: 'queue' | 'bucket';
  readonly starts: ColdStart[];
};

/** Times how long a function takes until it asks for its first event, and until its first picture is done. */
export async function measureColdStart(options: BenchOptions): Promise<Section> {
  const packaged = await unpackPackagedFunction();
  const other = options.compare === undefined ? undefined : await unpackPackagedFunction(options.compare);
  try {
    const subjects = await createSubjects(packaged.functionPath, other?.functionPath, options.workDirectory);
    await startInTurn(Object.values(subjects), options);
    const sizes: Figure[] = [
      { ...(await sizeOf('bundle', packaged.functionPath)), target: { atMost: 600 } },
      await sizeOf('zip', packaged.zipPath),
      ...(other ? [await sizeOf('bundle of the other checkout', other.functionPath)] : []),
    ];
    return describe(subjects, sizes);
  } finally {
    await packaged.remove();
    await other?.remove();
  }
}

async function sizeOf(name: string, file: string): Promise<Figure> {
  return { name, value: (await stat(file)).size / 1000, unit: 'KB' };
}

type Subjects = Awaited<ReturnType<typeof createSubjects>>;

async function createSubjects(productPath: string, otherPath: string | undefined, directory: string) {
  return {
    empty: subject('empty handler', emptyHandlerPath, 'queue'),
    floor: subject('bare loop', await bundleFloor(directory), 'queue'),
    product: subject('Plateline', productPath, 'queue'),
    bundledUsualWay: subject('usual way, bundled', await bundleUsualWay(directory), 'bucket'),
    usualWay: subject('usual way', usualWayPath, 'bucket'),
    ...(otherPath === undefined ? {} : { other: subject('other checkout', otherPath, 'queue') }),
  };
}

function subject(name: string, modulePath: string, source: Subject['source']): Subject {
  return { name, modulePath, source, starts: [] };
}

async function startInTurn(subjects: readonly Subject[], { quick, progress }: BenchOptions): Promise<void> {
  const rounds = quick ? 1 : 40;
  const stack = await startLocalStack({ polling: false });
  try {
    const picture = await storePicture(stack, 'gate-north/2026/11/22/081500.jpg', 100_000);
    // Round 0 is not counted: it warms the disk's cache and the servers.
    for (let round = quick ? 1 : 0; round <= rounds; round += 1) {
      progress(`Cold start: round ${round} of ${rounds}`);
      for (const { modulePath, source, starts } of subjects) {
        const announcement = announce(picture, randomUUID(), new Date());
        const event: unknown =
          source === 'queue' ? sqsEvent([announcement], stack.queueArn) : JSON.parse(announcement);
        const start = await startCold(modulePath, event, stack.functionOf('read-plate').environment);
        if (round > 0) starts.push(start);
      }
    }
  } finally {
    await stack.stop();
  }
}

const phases = { start: 'firstNext', 'first picture': 'firstResponse' } as const;
const quantities = { elapsed: 'elapsedMs', 'processor time': 'processorMs' } as const;
type Phase = keyof typeof phases;
type Quantity = keyof typeof quantities;

function medianOf({ starts }: Subject, phase: Phase, quantity: Quantity): number {
  return median(starts.map((start) => start[phases[phase]][quantities[quantity]]));
}

function ratio(phase: Phase, over: Subject, under: Subject, quantity: Quantity = 'elapsed'): Figure {
  return {
    name: `${phase}${quantity === 'elapsed' ? '' : `, ${quantity}`}: ${over.name} / ${under.name}`,
    value: medianOf(over, phase, quantity) / medianOf(under, phase, quantity),
    unit: '×',
  };
}

function describe(measured: Subjects, sizes: readonly Figure[]): Section {
  const { empty, floor, product, bundledUsualWay, usualWay, other } = measured;
  const subjects = Object.values(measured);
  const milliseconds = (phase: Phase) =>
    subjects.map((each): Figure => ({
      name: `${phase}: ${each.name}`,
      value: medianOf(each, phase, 'elapsed'),
      unit: 'ms',
    }));
  return {
    title: 'Cold start',
    method:
      `${product.starts.length} starts of each in turn, every one a new process under ${describeRuntimeClient()}, against a runtime API on this machine. ` +
      'Start is the time from the start of the process until it asks for its first event. First picture is the time until it has answered that event, with one picture read. ' +
      'The figures are medians. S3, Parameter Store, DynamoDB and the endpoint are on this machine, answer at once and speak no TLS.',
    figures: [
      { ...ratio('start', product, empty), target: { atMost: 2 } },
      ...[floor, bundledUsualWay, usualWay].map((each) => ratio('start', each, empty)),
      ...[floor, bundledUsualWay, usualWay].map((each) => ratio('first picture', product, each)),
      ...(other ? compare(product, other) : []),
      ...milliseconds('start'),
      ...milliseconds('first picture'),
      ...sizes,
    ],
    charts: [
      distribution('Start of the process to the first event', subjects, 'start'),
      distribution('Start of the process to the first finished picture', subjects, 'first picture'),
    ],
    notes: isAwsClientBuilt()
      ? []
      : [
          "npm could not build aws-lambda-ric here, which takes g++ and cmake. The bench's own client is lighter.",
        ],
  };
}

/** This checkout over the other one: elapsed, and in processor time, which a busy machine changes less. */
function compare(product: Subject, other: Subject): Figure[] {
  return (['start', 'first picture'] as const).flatMap((phase) => [
    ratio(phase, product, other),
    ratio(phase, product, other, 'processor time'),
  ]);
}

/** The share of the starts that took no longer than so many milliseconds. */
function distribution(title: string, subjects: readonly Subject[], phase: Phase): Chart {
  return {
    title,
    x: { label: 'milliseconds', scale: 'logarithmic' },
    y: { label: '% of the starts', scale: 'linear' },
    series: subjects.map(({ name, starts }) => ({
      name,
      points: starts
        .map((start) => start[phases[phase]].elapsedMs)
        .toSorted((one, other) => one - other)
        .map((durationMs, index) => [durationMs, (100 * (index + 1)) / starts.length] as const),
    })),
  };
}
