import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { startLocalStack, type LocalStack } from '../../infra/local/stack.ts';
import { storePicture } from './bucket-and-queue.ts';
import { unpackPackagedFunction } from './packaged-function.ts';
import { bundleFloor } from './references.ts';
import type { BenchOptions, Figure, Section } from './section.ts';
import { median } from './statistics.ts';
import { answerAlike, picturesInBatch, startWarmWorker, type WarmWorker } from './warm-worker.ts';

const subjects = ['Plateline', 'bare loop', 'bare loop that puts twice'] as const;
type Subject = (typeof subjects)[number];

/** The processor times for a picture of one size, round by round. */
type Rounds = { readonly sizeKb: number; readonly tookMs: Readonly<Record<Subject, number[]>> };

const sizesKb = [100, 256, 1000];

/** Measures the processor time of a picture once the function is warm, next to the bare loop's. */
export async function measureWarmWork({ quick, progress, workDirectory }: BenchOptions): Promise<Section> {
  const warmUpRounds = quick ? 1 : 8;
  const rounds = quick ? 2 : 15;
  const batchesInRound = quick ? 2 : 10;
  const packaged = await unpackPackagedFunction();
  const stack = await startLocalStack({ polling: false });
  const workers = new Map<Subject, WarmWorker>();
  try {
    answerAlike(stack, 0);
    const floorPath = await bundleFloor(workDirectory);
    for (const subject of subjects) {
      const functionPath = subject === 'Plateline' ? packaged.functionPath : floorPath;
      const puts = subject === 'bare loop that puts twice' ? 2 : 1;
      const environment = { ...stack.functionOf('read-plate').environment, FLOOR_PUTS: String(puts) };
      workers.set(
        subject,
        await startWarmWorker(functionPath, packaged.memorySizeMb, environment, stack.queueArn),
      );
    }
    const measured: Rounds[] = [];
    for (const sizeKb of sizesKb) {
      const picture = await storePicture(stack, `gate-north/${sizeKb}.jpg`, sizeKb * 1000);
      const tookMs: Rounds['tookMs'] = { Plateline: [], 'bare loop': [], 'bare loop that puts twice': [] };
      for (let round = 1 - warmUpRounds; round <= rounds; round += 1) {
        progress(`Warm work: pictures of ${sizeKb} KB, round ${Math.max(round, 0)} of ${rounds}`);
        for (const [subject, worker] of workers) {
          const roundMs = await worker.work(picture, batchesInRound);
          if (round >= 1) tookMs[subject].push(roundMs);
        }
      }
      measured.push({ sizeKb, tookMs });
    }
    const picturesInRound = batchesInRound * picturesInBatch;
    await checkTable(stack, sizesKb.length * (warmUpRounds + rounds) * picturesInRound);
    return describe(measured, rounds * picturesInRound);
  } finally {
    await Promise.all([...workers.values()].map((worker) => worker.stop()));
    await stack.stop();
    await packaged.remove();
  }
}

/** Throws if a function was fast because it did not do the work. */
async function checkTable(stack: LocalStack, picturesOfEach: number): Promise<void> {
  const client = new DynamoDBClient(stack.dynamodb.directClientConfiguration);
  let read = 0;
  let put = 0;
  for await (const { Items: items = [] } of paginateScan({ client }, { TableName: stack.tableName })) {
    read += items.filter((item) => item['status']?.S === 'READ').length;
    put += items.filter((item) => item['reply'] !== undefined).length;
  }
  client.destroy();
  if (read !== picturesOfEach || put !== 2 * picturesOfEach) {
    throw new Error(
      `Of ${picturesOfEach} pictures Plateline read ${read} and the two bare loops together put ${put}.`,
    );
  }
}

function describe(measured: readonly Rounds[], pictures: number): Section {
  return {
    title: 'Warm work',
    method:
      `Processor time, user and system, of the function's process for a picture: ${pictures} pictures of each size. Plateline and the bare loops run in turn, and the figures are medians of the rounds. ` +
      `All get batches of ${picturesInBatch}, have the whole batch in flight at once, and have been warmed up. The servers are other processes, and the endpoint answers at once. ` +
      'Plateline claims, checks, reads, records, logs and counts. The bare loop gets the object, posts its bytes and puts one item. ' +
      'The bare loop that puts each item twice shows what the further request of a claim takes by itself, with one attribute and no condition.',
    figures: measured.flatMap(({ sizeKb, tookMs }): Figure[] => {
      const floorMs = median(tookMs['bare loop']);
      return [
        {
          name: `${sizeKb} KB: Plateline / bare loop`,
          value: median(tookMs.Plateline) / floorMs,
          unit: '×',
          target: { atMost: 1.3 },
        },
        {
          name: `${sizeKb} KB: bare loop that puts twice / bare loop`,
          value: median(tookMs['bare loop that puts twice']) / floorMs,
          unit: '×',
        },
        ...subjects.map((subject) => ({
          name: `${sizeKb} KB: ${subject}`,
          value: median(tookMs[subject]),
          unit: 'ms',
        })),
      ];
    }),
    charts: measured.map(({ sizeKb, tookMs }) => ({
      title: `Pictures of ${sizeKb} KB, round by round`,
      x: { label: 'round', scale: 'linear' },
      y: { label: 'ms of processor time for a picture', scale: 'linear' },
      series: subjects.map((subject) => ({
        name: subject,
        points: tookMs[subject].map((ms, index) => [index + 1, ms] as const),
      })),
    })),
    notes: [],
  };
}
