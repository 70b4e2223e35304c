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

/** A function that is started again and again. */
type Subject = {
  readonly name: string;
  readonly modulePath: string;
  /** Of its event: a batch of the queue, or the bucket itself. */
  readonly source: 'queue' | 'bucket';
  readonly starts: ColdStart[];
};

const packagedZip = new URL('../../.build/local/read-plate.zip', import.meta.url);

/** How long a function takes from the start of its process until it asks for an event, and until its first picture is done. */
export async function measureColdStart(options: BenchOptions): Promise<Section> {
  const packaged = await unpackPackagedFunction();
  try {
    const bundleSizeBytes = (await stat(packaged.functionPath)).size;
    const zipSizeBytes = (await stat(packagedZip)).size;
    const sizes: Figure[] = [
      { name: 'bundle', value: bundleSizeBytes / 1000, unit: 'KB', target: { atMost: 600 } },
      { name: 'zip', value: zipSizeBytes / 1000, unit: 'KB' },
    ];
    return describe(await startInTurn(packaged.functionPath, options), sizes);
  } finally {
    await packaged.remove();
  }
}

async function startInTurn(productPath: string, { quick, progress, workDirectory }: BenchOptions) {
  const empty = subject('empty handler', emptyHandlerPath, 'queue');
  const floor = subject('bare loop', await bundleFloor(workDirectory), 'queue');
  const product = subject('Plateline', productPath, 'queue');
  const bundledUsualWay = subject('usual way, bundled', await bundleUsualWay(workDirectory), 'bucket');
  const usualWay = subject('usual way', usualWayPath, 'bucket');
  const subjects = [empty, floor, product, bundledUsualWay, usualWay];

  const rounds = quick ? 3 : 40;
  const stack = await startLocalStack({ polling: false });
  try {
    const picture = await storePicture(stack, 'gate-north/2026/11/22/081500.jpg', 100_000);
    // The first round is not counted: it warms the disk's cache and the servers.
    for (let round = 0; round <= rounds; round += 1) {
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
  return { empty, floor, product, bundledUsualWay, usualWay };
}

function subject(name: string, modulePath: string, source: Subject['source']): Subject {
  return { name, modulePath, source, starts: [] };
}

function describe(measured: Awaited<ReturnType<typeof startInTurn>>, sizes: readonly Figure[]): Section {
  const { empty, floor, product, bundledUsualWay, usualWay } = measured;
  const subjects = [empty, floor, product, bundledUsualWay, usualWay];
  const startMs = ({ starts }: Subject) => median(starts.map(({ untilFirstNextMs }) => untilFirstNextMs));
  const pictureMs = ({ starts }: Subject) =>
    median(starts.map(({ untilFirstResponseMs }) => untilFirstResponseMs));
  const startRatio = (other: Subject): Figure => ({
    name: `start: ${other.name} / empty handler`,
    value: startMs(other) / startMs(empty),
    unit: '×',
  });
  const pictureRatio = (other: Subject): Figure => ({
    name: `first picture: Plateline / ${other.name}`,
    value: pictureMs(product) / pictureMs(other),
    unit: '×',
  });
  return {
    title: 'Cold start',
    method:
      `${product.starts.length} starts of each in turn, every one a new process under ${describeRuntimeClient()}, against a runtime API on this machine. ` +
      'Medians of the time from the start of the process until it asks for its first event (start) and until it has answered that, with one picture read (first picture). ' +
      'S3, Parameter Store, DynamoDB and the endpoint are on this machine, answer at once and speak no TLS.',
    figures: [
      { ...startRatio(product), target: { atMost: 2 } },
      startRatio(floor),
      startRatio(bundledUsualWay),
      startRatio(usualWay),
      pictureRatio(floor),
      pictureRatio(bundledUsualWay),
      pictureRatio(usualWay),
      ...subjects.map((each): Figure => ({ name: `start: ${each.name}`, value: startMs(each), unit: 'ms' })),
      ...subjects.map((each): Figure => ({
        name: `first picture: ${each.name}`,
        value: pictureMs(each),
        unit: 'ms',
      })),
      ...sizes,
    ],
    charts: [
      distribution('Start of the process to the first /next', subjects, 'untilFirstNextMs'),
      distribution('Start of the process to the first finished picture', subjects, 'untilFirstResponseMs'),
    ],
    notes: isAwsClientBuilt()
      ? []
      : ['aws-lambda-ric could not be built here, which takes g++ and cmake; its stand-in is lighter.'],
  };
}

/** The share of the starts that took no longer than so many milliseconds. */
function distribution(title: string, subjects: readonly Subject[], phase: keyof ColdStart): Chart {
  return {
    title,
    x: { label: 'milliseconds', scale: 'logarithmic' },
    y: { label: '% of the starts', scale: 'linear' },
    series: subjects.map(({ name, starts }) => ({
      name,
      points: starts
        .map((start) => start[phase])
        .toSorted((one, other) => one - other)
        .map((durationMs, index) => [durationMs, (100 * (index + 1)) / starts.length] as const),
    })),
  };
}
