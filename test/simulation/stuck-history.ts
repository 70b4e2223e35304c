import type { VehiclePlateEndpoint } from '../../functions/adapters/vehicle-plate-endpoint.ts';
import type { Measured } from '../infra/cloudwatch.ts';
import type { DatedFact } from './history.ts';
import { announce } from './notifications.ts';
import type { Outside } from './sandbox.ts';
import { createSimulatedBucket } from './simulated-bucket.ts';
import { createSimulatedEndpoint } from './simulated-endpoint.ts';
import { startLambda } from './simulated-lambda.ts';
import { createSimulatedParameters } from './simulated-parameters.ts';
import { createSimulatedQueue } from './simulated-queue.ts';
import { createSimulatedTable } from './simulated-table.ts';
import { createSimulatedUsageTable } from './simulated-usage-table.ts';
import { drawUpload, type Upload } from './upload.ts';
import type { Weather } from './weather.ts';
import { createWorld, type World } from './world.ts';

/** What goes wrong from the start of a history until `faultMinutes` later. */
export type Scenario = {
  readonly weather?: Partial<Weather>;
  /** Replaces services while the fault lasts. */
  readonly outside?: (outside: Outside, isFaulty: () => boolean) => Outside;
  /** Minutes after which Lambda receives no messages any more, until the fault ends. */
  readonly triggerStopsAfterMinutes?: number;
};

/** The camera whose pictures a scenario may treat apart; the others are of the camera `gate`. */
export const apart = 'north/';

const minuteMs = 60_000;

/**
 * Runs pictures of two cameras through a scenario, one every ten minutes, until all are read, and returns
 * what CloudWatch then has. Times are in seconds since the start.
 */
export async function runStuckHistory(
  seed: number,
  { weather = {}, outside: change, triggerStopsAfterMinutes = Infinity }: Scenario,
  faultMinutes: number,
): Promise<{
  readonly measured: Measured;
  /** The waiting of each picture: from its upload to its final record. */
  readonly waits: readonly { readonly fromSeconds: number; readonly untilSeconds: number }[];
}> {
  const world = createWorld(seed, (_random, startMs) => calmWeather(startMs, faultMinutes, weather));
  const { time, history } = world;
  const startMs = time.nowMs();
  const minutes = () => (time.nowMs() - startMs) / minuteMs;
  const isFaulty = () => minutes() < faultMinutes;
  const uploads = new Map<string, Upload>();
  const bucket = createSimulatedBucket(world);
  const queue = createSimulatedQueue(world);
  const parameters = createSimulatedParameters(world);
  uploadRegularly(world, uploads, faultMinutes, (upload) => {
    bucket.put(upload);
    queue.send(announce(world.random, [upload]));
  });
  const outside: Outside = {
    s3: bucket.service,
    sqs: queue.service,
    ssm: parameters.service,
    readings: createSimulatedTable(world),
    usage: createSimulatedUsageTable(world),
    endpointFor: createSimulatedEndpoint(world, parameters, uploads),
  };
  const isStopped = () => isFaulty() && minutes() >= triggerStopsAfterMinutes;
  const trigger = { ...queue, receive: (most: number) => (isStopped() ? [] : queue.receive(most)) };
  startLambda(world, trigger, change?.(outside, isFaulty) ?? outside);

  const ofQueue: { atSeconds: number; available: number; ageSeconds: number }[] = [];
  for (let minute = 0; minute <= faultMinutes; minute++) {
    time.at(startMs + minute * minuteMs, () => {
      const { available, oldestAgeSeconds } = queue.measure();
      ofQueue.push({ atSeconds: minute * 60, available, ageSeconds: oldestAgeSeconds });
    });
  }
  await time.run();
  return {
    measured: {
      ...metricsOf(history, startMs),
      'ApproximateNumberOfMessagesVisible PicturesQueue': ofQueue.map(({ atSeconds, available }) => ({
        atSeconds,
        value: available,
      })),
      'ApproximateAgeOfOldestMessage PicturesQueue': ofQueue.map(({ atSeconds, ageSeconds }) => ({
        atSeconds,
        value: ageSeconds,
      })),
    },
    waits: waitsOf(history, startMs, [...uploads.values()]),
  };
}

function calmWeather(startMs: number, faultMinutes: number, weather: Partial<Weather>): Weather {
  const untilMs = startMs + faultMinutes * minuteMs;
  const calm = { outage: undefined, calmFromMs: untilMs, faultRate: 0, slowRate: 0, killRate: 0 };
  const isOut: Weather['isOut'] = (of, nowMs) => nowMs < untilMs && (weather.isOut?.(of, nowMs) ?? false);
  return { ...calm, extraDeliveryRate: 0, ...weather, isOut };
}

function uploadRegularly(
  { time, random }: World,
  uploads: Map<string, Upload>,
  minutes: number,
  onUpload: (upload: Upload) => void,
): void {
  const startMs = time.nowMs();
  for (let minute = 1; minute < minutes; minute += 10) {
    time.at(startMs + minute * minuteMs, () => {
      const number = uploads.size + 1;
      const key = `${number % 2 === 0 ? 'gate/' : apart}${number}.jpg`;
      const upload = drawUpload(random, { key, versioned: true, atMs: time.nowMs(), number });
      uploads.set(upload.mark, upload);
      onUpload(upload);
    });
  }
}

const messageMetrics: Readonly<Record<string, string>> = {
  'waits long': 'MessageWaitsLong',
  parked: 'MessageParked',
  troubled: 'MessageTroubled',
};

/** What the function and Lambda measure for the facts of a history. */
function metricsOf(history: readonly DatedFact[], startMs: number): Measured {
  const measured: Record<string, { atSeconds: number; value: number }[]> = {};
  const measure = (name: string, atMs: number, value = 1) => {
    (measured[name] ??= []).push({ atSeconds: (atMs - startMs) / 1000, value });
  };
  for (const { atMs, fact } of history) {
    if (fact.kind === 'reported') {
      const name = fact.metric ?? messageMetrics[fact.result];
      if (name !== undefined) measure(name, atMs);
    }
    if (fact.kind === 'received') measure('Invocations', atMs);
    if (fact.kind === 'died' || fact.kind === 'threw') measure('Errors', atMs);
  }
  return measured;
}

function waitsOf(history: readonly DatedFact[], startMs: number, uploads: readonly Upload[]) {
  const finals = new Map<string, number>();
  for (const { atMs, fact } of history) {
    if (fact.kind !== 'written' || fact.item['status']?.S === 'PENDING') continue;
    if (!finals.has(fact.imageId)) finals.set(fact.imageId, atMs);
  }
  return uploads.map(({ imageId, uploadedAt }) => ({
    fromSeconds: (Date.parse(uploadedAt) - startMs) / 1000,
    untilSeconds: ((finals.get(imageId) ?? Infinity) - startMs) / 1000,
  }));
}

/** A scenario in which the endpoint answers as given while the fault lasts. */
export function endpointAnswers(
  answer: (ask: VehiclePlateEndpoint['ask']) => VehiclePlateEndpoint['ask'],
): Scenario {
  return {
    outside: (outside, isFaulty) => ({
      ...outside,
      endpointFor: (stay) => {
        const healthy = outside.endpointFor(stay);
        const faulty = answer((...request) => healthy.ask(...request));
        return {
          ask: (...request) => (isFaulty() ? faulty(...request) : healthy.ask(...request)),
        };
      },
    }),
  };
}
