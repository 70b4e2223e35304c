import { createSourceQueue } from '../../functions/adapters/source-queue.ts';
import { createPictureStore } from '../../functions/adapters/picture-store.ts';
import { createReadingsTable } from '../../functions/adapters/readings-table.ts';
import { createSecretStore } from '../../functions/adapters/secret-store.ts';
import { createUsageTable } from '../../functions/adapters/usage-table.ts';
import { createBreakerStore } from '../../functions/adapters/breaker-store.ts';
import { createCallCounter } from '../../functions/adapters/call-counter.ts';
import type { CallCaps } from '../../functions/core/spend/call-cap.ts';
import type { PlateReader } from '../../functions/plate-reader/plate-reader.ts';
import type { VehiclePlateEndpoint } from '../../functions/adapters/vehicle-plate-endpoint.ts';
import { createAskBuiltInReader } from '../../functions/read-plate/ask-built-in-reader.ts';
import { createAskEndpoint } from '../../functions/read-plate/ask-endpoint.ts';
import { createBatchHandler } from '../../functions/read-plate/batch.ts';
import { createCallBreaker } from '../../functions/read-plate/breaker.ts';
import { createCappedEndpoint } from '../../functions/read-plate/capped-endpoint.ts';
import { createReadPicture } from '../../functions/read-plate/read-picture.ts';
import { awsClientConfiguration, type Stay } from './aws-client-configuration.ts';
import type { AwsService } from './aws-service.ts';
import { appKeyParameter, secretKeyParameter } from './simulated-parameters.ts';
import { makeSqsRecord } from '../fakes/sqs-record.ts';
import { queueArn, type ReceivedMessage } from './simulated-queue.ts';
import { createReportedTelemetry } from './reported-telemetry.ts';
import type { World } from './world.ts';

export type Outside = {
  readonly s3: AwsService;
  readonly sqs: AwsService;
  readonly ssm: AwsService;
  readonly readings: AwsService;
  readonly usage: AwsService;
  readonly endpointFor: (stay: Stay) => VehiclePlateEndpoint;
  /** The caps that a new sandbox gets; undefined where calls are not limited. */
  readonly callCaps?: () => CallCaps;
  /** Set where the function itself reads the pictures. */
  readonly readerFor?: ((stay: Stay) => Pick<PlateReader, 'read'>) | undefined;
};

export type Sandbox = ReturnType<typeof createSandbox>;

const functionTimeoutMs = 60_000;
/** Two sandboxes differ by less than a minute. */
const maxClockSkewMs = 29_000;

/**
 * One process of the function, with its own clock and its own cache of the secret; it does nothing after
 * its death.
 */
export function createSandbox(world: World, outside: Outside, name: string) {
  const { time, random, weather, note } = world;
  const skewMs = random.pick([-maxClockSkewMs, 0, maxClockSkewMs]);
  const now = () => time.nowMs() + skewMs;
  let owners = 0;
  let invocations = 0;
  let isAlive = true;
  let stepsToLive = Infinity;
  let invocation = name;
  let died: () => void = () => undefined;

  const stay: Stay = {
    invocation: () => invocation,
    async pause(durationMs) {
      if (--stepsToLive === 0) die('killed');
      if (isAlive) await time.sleep(durationMs);
      if (!isAlive) await new Promise(() => undefined);
    },
  };

  const configurationFor = (system: 'S3' | 'SQS' | 'SSM' | 'DynamoDB', service: AwsService) =>
    awsClientConfiguration(world, stay, system, service);
  const settings = {
    ocrTimeoutMs: 15_000,
    retentionDays: 90,
    reviewBelowConfidence: 0.8,
    keyTemplate: undefined,
    appKeyParameter,
    secretKeyParameter,
    secretTtlMs: 300_000,
  };
  const usageConfiguration = awsClientConfiguration(world, stay, 'DynamoDB', outside.usage, 'once');
  const caps = outside.callCaps?.();
  const uncapped = outside.endpointFor(stay);
  const endpoint = caps
    ? createCappedEndpoint({
        endpoint: uncapped,
        counter: createCallCounter('Usage', usageConfiguration),
        caps,
        now,
      })
    : uncapped;
  const telemetry = createReportedTelemetry(note, () => invocation);
  const askForPlates = outside.readerFor
    ? createAskBuiltInReader({ reader: outside.readerFor(stay), now })
    : createAskEndpoint({
        secrets: createSecretStore(settings, now, configurationFor('SSM', outside.ssm)),
        endpoint,
        breaker: createCallBreaker({ store: createBreakerStore('Usage', usageConfiguration), now }),
        now,
      });
  const handleBatch = createBatchHandler({
    readPicture: createReadPicture({
      table: createReadingsTable('Readings', configurationFor('DynamoDB', outside.readings)),
      pictures: createPictureStore(configurationFor('S3', outside.s3)),
      askForPlates,
      newClaimOwner: () => `${invocation}/${++owners}`,
      settings,
      now,
    }),
    queue: createSourceQueue(configurationFor('SQS', outside.sqs)),
    usageTable: createUsageTable('Usage', usageConfiguration),
    telemetry,
    ocrConcurrency: random.pick([1, 1, 10]),
    now,
    random: random.fraction,
  });

  function die(how: string): void {
    if (!isAlive) return;
    isAlive = false;
    note({ kind: 'died', invocation, how });
    died();
  }

  return {
    caps,

    /**
     * The messages that come back, all of them where the handler throws; `dead` where the sandbox died
     * before.
     */
    async invoke(messages: readonly ReceivedMessage[]): Promise<{ failures: ReadonlySet<string> } | 'dead'> {
      invocation = `${name}#${++invocations}`;
      note({ kind: 'received', invocation, messages });
      const isKilled = time.nowMs() < weather.calmFromMs && random.chance(weather.killRate);
      stepsToLive = isKilled ? random.between(1, 12 * messages.length) : Infinity;
      let isBusy = true;
      const endMs = time.nowMs() + functionTimeoutMs;
      time.at(endMs, () => {
        if (isBusy) die('timed out');
      });
      const dead = new Promise<'dead'>((resolve) => {
        died = () => {
          resolve('dead');
        };
      });
      try {
        const event = { Records: messages.map((message) => makeSqsRecord({ ...message, queueArn })) };
        const end = await Promise.race([
          handleBatch(event, { getRemainingTimeInMillis: () => endMs - time.nowMs() }),
          dead,
        ]);
        if (end === 'dead') return 'dead';
        const failures = end.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
        note({ kind: 'finished', invocation, failures });
        return { failures: new Set(failures) };
      } catch (error) {
        note({ kind: 'threw', invocation, error: String(error) });
        return { failures: new Set(messages.map(({ messageId }) => messageId)) };
      } finally {
        isBusy = false;
      }
    },
  };
}
