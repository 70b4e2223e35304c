import { createEventBuilder } from '../../../functions/core/event/build-event.ts';
import { parseSiteSettings } from '../../../functions/core/visit/site-settings.ts';
import type { WatchList } from '../../../functions/core/watch-list/watch-list.ts';
import { createClock } from '../../../functions/notify/clock.ts';
import { createFollowCamera } from '../../../functions/notify/follow-camera.ts';
import { createFollowHealth } from '../../../functions/notify/follow-health.ts';
import { createFollowSite } from '../../../functions/notify/follow-site.ts';
import { createStreamBatch } from '../../../functions/notify/stream-batch.ts';
import { streamEventOf, type StreamedRead } from '../../fakes/stream-records.ts';
import { createRandom, type Random } from '../random.ts';
import { createVirtualTime } from '../virtual-time.ts';
import { drawCameraHours } from './camera-hours.ts';
import { createEventWorld, type Sandbox } from './event-world.ts';

const startMs = Date.parse('2026-11-22T00:00:00.000Z');
const minuteMs = 60_000;
const shards = 2;
/** Plates that no misread of one turns into another one. */
const plates = ['12가3456', '78나9012', '345다6781', '90라2345'] as const;
const misread: Readonly<Record<string, string>> = { '12가3456': '12가3458', '345다6781': '345다8781' };
const cameras = ['in', 'out', 'alone'] as const;

const parsed = parseSiteSettings({
  cameraSilentSeconds: 600,
  silentSecondsByCamera: { out: 1200 },
  sites: { garage: { in: 'entry', out: 'exit' } },
});
if (parsed.kind === 'faults') throw new Error(parsed.faults.join(' '));
export const { settings } = parsed;

const lists: readonly WatchList[] = [
  {
    list: 'blocked',
    kind: 'seen',
    strength: 'exact',
    entries: [{ plateKey: plates[0] }, { plateKey: plates[2] }],
  },
  { list: 'residents', kind: 'unlisted', strength: 'exact', entries: [{ plateKey: plates[0] }] },
];

export type EventHistory = Awaited<ReturnType<typeof runEventHistory>>;

/** A picture, the times of its first and of its final record, in epoch milliseconds. */
export type Arrival = {
  readonly read: StreamedRead;
  readonly uploadedMs: number;
  readonly claimedMs: number;
  readonly arrivesMs: number;
};

/** Cars that come, stay and come again; some reads are wrong, some pictures are uploaded or read late. */
function drawReads(random: Random): Arrival[] {
  return plates.slice(0, random.between(1, plates.length)).flatMap((plate, car) => {
    let minute = random.between(0, 20);
    return Array.from({ length: random.between(1, 7) }, (_, index) => {
      minute += random.chance(0.3) ? random.between(6, 40) : random.between(0, 5);
      const capturedMs = startMs + minuteMs * minute + random.between(0, 999);
      const isMisread = random.chance(0.2);
      const lateMs = random.chance(0.25) ? random.between(5, 60) * minuteMs : 0;
      const isUploadedLate = random.chance(0.5);
      const uploadedMs = capturedMs + (isUploadedLate ? lateMs : 0) + random.between(50, 5000);
      const claimedMs = uploadedMs + random.between(50, 5000);
      const read: StreamedRead = {
        imageId: `s3://pictures/${car}-${index}.jpg`,
        plate: isMisread ? (misread[plate] ?? plate) : plate,
        camera: random.pick(cameras),
        capturedAt: new Date(capturedMs).toISOString(),
        uploadedAt: new Date(uploadedMs).toISOString(),
        confidence: random.pick([0.99, 0.9, 0.6]),
        isEmpty: random.chance(0.1),
      };
      return {
        read,
        uploadedMs,
        claimedMs,
        arrivesMs: claimedMs + (isUploadedLate ? 0 : lateMs) + random.between(50, 10_000),
      };
    });
  });
}

/** Runs notify's own code through one history; a seed decides everything. */
export async function runEventHistory(seed: number) {
  const random = createRandom(seed);
  const time = createVirtualTime(startMs, random);
  const hours = drawCameraHours(random, startMs);
  const world = createEventWorld(random, time, hours, random.pick([0, 0.01, 0.05]));
  const killChance = random.pick([0, 0.05, 0.2]);
  const events = createEventBuilder('sim', { kind: 'plain' });
  const drawn = drawReads(random);

  const startSandbox = () => {
    const sandbox: Sandbox = { isKilled: false };
    const visits = world.tableFor(sandbox);
    const topic = world.topicFor(sandbox);
    const now = () => time.nowMs();
    const current = () => Promise.resolve(lists);
    const followSite = createFollowSite({ visits, topic, settings, now, lists: { current } });
    const pictures = world.picturesFor(sandbox);
    const followCamera = createFollowCamera({ visits, pictures, topic, settings, now });
    const followHealth = createFollowHealth({ visits, counts: world.countsFor(sandbox), topic, settings });
    const nothing = () => undefined;
    const eventBuilder = () => Promise.resolve(events);
    const reports = { onFailure: nothing, onSkipped: nothing };
    return {
      sandbox,
      followRecords: createStreamBatch({
        followSite,
        followCamera,
        topic,
        settings,
        eventBuilder,
        ...reports,
      }),
      minuteHasPassed: createClock({ visits, followSite, followCamera, followHealth }),
    };
  };
  const sandboxes = new Map<string, ReturnType<typeof startSandbox>>();
  /** The sandbox of a shard or of the clock: the same as before, unless that one was killed. */
  const sandboxOf = (name: string) => {
    const before = sandboxes.get(name);
    const started = before && !before.sandbox.isKilled ? before : startSandbox();
    sandboxes.set(name, started);
    if (random.chance(killChance)) {
      time.at(time.nowMs() + random.between(1, 600), () => {
        started.sandbox.isKilled = true;
      });
    }
    return started;
  };

  const queues: StreamedRead[][] = Array.from({ length: shards }, () => []);
  const running = queues.map(() => false);
  const deliver = async (shard: number): Promise<void> => {
    const queue = queues[shard] ?? [];
    if (running[shard] === true) return;
    running[shard] = true;
    while (queue.length > 0) {
      const batch = queue.slice(0, random.between(1, 5));
      const { sandbox, followRecords } = sandboxOf(`shard ${shard}`);
      const response = await followRecords(streamEventOf(batch).Records);
      const failed = new Set(response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      const firstFailed = batch.findIndex((_, index) => failed.has(String(index + 1)));
      // A killed sandbox answers nothing: the whole batch comes again, as one also does now and then.
      const isRepeated = sandbox.isKilled || random.chance(0.05);
      queue.splice(0, isRepeated ? 0 : firstFailed < 0 ? batch.length : firstFailed);
      await time.sleep(random.between(10, 3000));
    }
    running[shard] = false;
  };
  for (const [index, { read, claimedMs, arrivesMs }] of drawn.entries()) {
    time.at(claimedMs, () => {
      world.claim(read.camera, read.uploadedAt ?? '');
    });
    time.at(arrivesMs, () => {
      const shard = index % shards;
      queues[shard]?.push(read);
      void deliver(shard);
    });
  }

  const lastMs = Math.max(...drawn.map(({ arrivesMs }) => arrivesMs)) + 60 * minuteMs;
  const tick = async (): Promise<void> => {
    try {
      await sandboxOf('clock').minuteHasPassed(time.nowMs(), events);
    } catch {
      // The next minute does what this one has missed.
      return;
    }
  };
  const schedule = (atMs: number): void => {
    time.at(atMs, () => {
      void tick();
      const isBusy = world.open().length > 0 || queues.some(({ length }) => length > 0);
      if (atMs < lastMs || (isBusy && atMs < lastMs + 600 * minuteMs)) schedule(atMs + minuteMs);
    });
  };
  schedule(startMs + minuteMs);
  await time.run();
  return {
    drawn,
    visits: world.visits(),
    published: world.published,
    open: world.open(),
    hours: hours.kinds,
    startMs,
    endMs: time.nowMs(),
  };
}
