import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { success } from '../../infra/local/endpoint/vehicle-plate-contract.ts';
import { makeJpegOfSize } from '../../infra/local/samples/samples.ts';
import type { LocalStack } from '../../infra/local/stack.ts';
import { announce, sqsEvent, type StoredPicture } from './announcements.ts';
import { lambdaNodeArguments, startLambdaProcess } from './lambda-process.ts';

const measuringFunctionPath = fileURLToPath(new URL('warm-work-function.mjs', import.meta.url));
const measuredResponse = z.object({
  response: z.object({ batchItemFailures: z.array(z.unknown()) }).nullish(),
  cpuMicroseconds: z.number(),
});

const plateBox = { x1: 560, y1: 500, x2: 720, y2: 500, x3: 720, y3: 540, x4: 560, y4: 540 };

/** The most pictures that the queue sends in one batch. */
export const picturesInBatch = 10;

/** A function in its own process, which reads batches of one picture under ever new versions. */
export type WarmWorker = {
  /** Returns the milliseconds of processor time for one picture, user and system. */
  readonly work: (picture: StoredPicture, batches: number) => Promise<number>;
  /** The largest resident set size of the process so far. */
  readonly peakBytes: () => number;
  readonly stop: () => Promise<void>;
};

/** Starts the process of a function with the arguments that Lambda gives Node. */
export async function startWarmWorker(
  functionPath: string,
  memorySizeMb: number,
  environment: Readonly<Record<string, string>>,
  queueArn: string,
): Promise<WarmWorker> {
  const lambda = await startLambdaProcess({
    functionPath: measuringFunctionPath,
    handlerName: 'handler',
    environment: { ...environment, WARM_WORK_FUNCTION: functionPath },
    memorySizeMb,
    nodeArguments: lambdaNodeArguments(memorySizeMb),
  });
  let usedMicroseconds = 0;
  let peakBytes = 0;
  return {
    async work(picture, batches) {
      const usedBefore = usedMicroseconds;
      for (let batch = 0; batch < batches; batch += 1) {
        const bodies = Array.from({ length: picturesInBatch }, () =>
          announce(picture, randomUUID(), new Date()),
        );
        const { response, peakRssBytes } = await lambda.invoke(sqsEvent(bodies, queueArn));
        const measured = measuredResponse.parse(response);
        if (measured.response && measured.response.batchItemFailures.length > 0) {
          throw new Error(`${functionPath} could not read every picture.`);
        }
        usedMicroseconds = measured.cpuMicroseconds;
        peakBytes = peakRssBytes;
      }
      return (usedMicroseconds - usedBefore) / 1000 / (batches * picturesInBatch);
    },
    peakBytes: () => peakBytes,
    stop: () => lambda.stop(),
  };
}

/** Lets the endpoint give the same answer to any request; the bare loop posts no form. */
export function answerAlike(stack: LocalStack, delayMs: number): void {
  const { body } = success(makeJpegOfSize(100_000), [
    { plate: '123가4567', confidence: 0.98, box: plateBox },
  ]);
  stack.vehiclePlateEndpoint.script({ answer: { kind: 'reply', body: JSON.stringify(body) }, delayMs });
}
