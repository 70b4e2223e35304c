import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { makeJpegOfSize } from '../../infra/local/samples/samples.ts';
import { startLocalStack, type LocalStack } from '../../infra/local/stack.ts';
import { success } from '../../infra/local/endpoint/vehicle-plate-contract.ts';
import { announce, sqsEvent, type StoredPicture } from './announcements.ts';
import { storePicture } from './bucket-and-queue.ts';
import { lambdaNodeArguments, startLambdaProcess } from './lambda-process.ts';
import { unpackPackagedFunction } from './packaged-function.ts';
import { bundleFloor } from './references.ts';
import type { BenchOptions, Figure, Section } from './section.ts';
import { median } from './statistics.ts';

/** A function that does the same work in a process of its own, and the milliseconds of processor time for a picture in each round. */
type Worker = {
  readonly work: (picture: StoredPicture, batches: number) => Promise<number>;
  readonly stop: () => Promise<void>;
};

const subjects = ['Plateline', 'bare loop', 'bare loop that puts twice'] as const;
type Subject = (typeof subjects)[number];

/** What each took for a picture of one size, round by round. */
type Rounds = { readonly sizeKb: number; readonly tookMs: Readonly<Record<Subject, number[]>> };

const measuringFunctionPath = fileURLToPath(new URL('warm-work-function.mjs', import.meta.url));
const measuredResponse = z.object({
  response: z.object({ batchItemFailures: z.array(z.unknown()) }).nullish(),
  cpuMicroseconds: z.number(),
});

const sizesKb = [100, 256, 1000];
const picturesInBatch = 10;
const plateBox = { x1: 560, y1: 500, x2: 720, y2: 500, x3: 720, y3: 540, x4: 560, y4: 540 };

/** What a picture takes of the processors once the function is warm, beside the bare loop. */
export async function measureWarmWork({ quick, progress, workDirectory }: BenchOptions): Promise<Section> {
  const warmUpRounds = quick ? 1 : 8;
  const rounds = quick ? 2 : 15;
  const batchesInRound = quick ? 2 : 10;
  const packaged = await unpackPackagedFunction();
  const stack = await startLocalStack({ polling: false });
  const workers = new Map<Subject, Worker>();
  try {
    answerAtOnce(stack);
    const floorPath = await bundleFloor(workDirectory);
    for (const subject of subjects) {
      const functionPath = subject === 'Plateline' ? packaged.functionPath : floorPath;
      const puts = subject === 'bare loop that puts twice' ? 2 : 1;
      const environment = { ...stack.functionOf('read-plate').environment, FLOOR_PUTS: String(puts) };
      workers.set(subject, await start(functionPath, packaged.memorySizeMb, environment, stack.queueArn));
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

/** Whatever it is sent: the bare loop posts no form. */
function answerAtOnce(stack: LocalStack): void {
  const { body } = success(makeJpegOfSize(100_000), [
    { plate: '123가4567', confidence: 0.98, box: plateBox },
  ]);
  stack.vehiclePlateEndpoint.script({ answer: { kind: 'reply', body: JSON.stringify(body) } });
}

async function start(
  functionPath: string,
  memorySizeMb: number,
  environment: Readonly<Record<string, string>>,
  queueArn: string,
): Promise<Worker> {
  const lambda = await startLambdaProcess({
    functionPath: measuringFunctionPath,
    handlerName: 'handler',
    environment: { ...environment, WARM_WORK_FUNCTION: functionPath },
    memorySizeMb,
    nodeArguments: lambdaNodeArguments(memorySizeMb),
  });
  let usedMicroseconds = 0;
  return {
    async work(picture, batches) {
      const usedBefore = usedMicroseconds;
      for (let batch = 0; batch < batches; batch += 1) {
        const bodies = Array.from({ length: picturesInBatch }, () =>
          announce(picture, randomUUID(), new Date()),
        );
        const { response } = await lambda.invoke(sqsEvent(bodies, queueArn));
        const measured = measuredResponse.parse(response);
        if (measured.response && measured.response.batchItemFailures.length > 0) {
          throw new Error(`${functionPath} could not read every picture.`);
        }
        usedMicroseconds = measured.cpuMicroseconds;
      }
      return (usedMicroseconds - usedBefore) / 1000 / (batches * picturesInBatch);
    },
    stop: () => lambda.stop(),
  };
}

/** Nobody may have been fast by not having done the work. */
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
      `Processor time, user and system, of the function's process for a picture: ${pictures} pictures of each size, Plateline and the bare loop in turn, round by round, medians of the rounds. ` +
      `Both get batches of ${picturesInBatch} and have all of one in flight at once, and have been warmed up. The servers are other processes; the endpoint answers at once. ` +
      'Plateline claims, checks, reads, records, logs and counts; the bare loop gets the object, posts its bytes and puts one item. ' +
      'The bare loop that puts each item twice shows what the one request more that a claim is takes by itself, with one attribute and no condition.',
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
