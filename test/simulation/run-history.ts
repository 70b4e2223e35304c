import { startCamera } from './camera.ts';
import type { AwsService } from './aws-service.ts';
import { startCallCaps } from './call-caps.ts';
import type { DatedFact } from './history.ts';
import { createSimulatedBucket } from './simulated-bucket.ts';
import { createSimulatedEndpoint } from './simulated-endpoint.ts';
import { startLambda } from './simulated-lambda.ts';
import { createSimulatedParameters } from './simulated-parameters.ts';
import { createSimulatedQueue } from './simulated-queue.ts';
import { createSimulatedReader } from './simulated-reader.ts';
import { createSimulatedTable } from './simulated-table.ts';
import { createSimulatedUsageTable } from './simulated-usage-table.ts';
import type { Upload } from './upload.ts';
import { drawRefusals, drawWeather, type System } from './weather.ts';
import { createWorld } from './world.ts';

/** What reads the pictures of a history. */
export type SimulatedReader = 'endpoint' | 'capped-endpoint' | 'refusing-endpoint' | 'builtin';

/** After so long, Lambda receives nothing more: a picture that still waits would wait for ever. */
const longestHistoryMs = 100 * 24 * 3_600_000;

/**
 * Runs the pipeline through one history, from the first upload until nothing is left to happen. Each seed has
 * one history.
 */
export async function runHistory(
  seed: number,
  /** Wraps each service of AWS. */
  wrap: (system: Exclude<System, 'endpoint'>, service: AwsService) => AwsService = (_system, service) =>
    service,
  reader: SimulatedReader = 'endpoint',
): Promise<readonly DatedFact[]> {
  const world = createWorld(seed, reader === 'refusing-endpoint' ? drawRefusals : drawWeather);
  const { time, random, history } = world;
  const uploads = new Map<string, Upload>();
  const bucket = createSimulatedBucket(world);
  const queue = createSimulatedQueue(world);
  const parameters = createSimulatedParameters(world, reader !== 'refusing-endpoint');

  startCamera(world, bucket, queue, uploads);
  if (random.chance(0.3)) {
    time.at(time.nowMs() + random.between(0, 600_000), () => {
      parameters.rotate(random.pick([0, 1000, 120_000, 1_800_000]));
    });
  }
  const endMs = time.nowMs() + longestHistoryMs;
  const trigger = { ...queue, receive: (most: number) => (time.nowMs() < endMs ? queue.receive(most) : []) };
  const isCapped = reader === 'capped-endpoint';
  startLambda(world, trigger, {
    s3: wrap('S3', bucket.service),
    sqs: wrap('SQS', queue.service),
    ssm: wrap('SSM', parameters.service),
    readings: wrap('DynamoDB', createSimulatedTable(world)),
    usage: wrap('DynamoDB', createSimulatedUsageTable(world)),
    endpointFor: createSimulatedEndpoint(world, parameters, uploads, isCapped),
    ...(isCapped && { callCaps: startCallCaps(world) }),
    readerFor: reader === 'builtin' ? createSimulatedReader(world, uploads) : undefined,
  });
  await time.run();
  return history;
}
