import { announce, announceNothing } from './notifications.ts';
import type { SimulatedBucket } from './simulated-bucket.ts';
import type { SimulatedQueue } from './simulated-queue.ts';
import { drawUpload, type Upload } from './upload.ts';
import type { World } from './world.ts';

const keys = [
  'gate/1.jpg',
  'gate/2 b+c.jpg',
  'north/%2B%20.png',
  'north/정문 카메라.jpg',
  'a/b/📷 "x".png',
  'top.jpg',
] as const;

const workMs = 8 * 60_000;

/** Uploads, overwrites and removes pictures, and sends the events of S3 and others to the queue. */
export function startCamera(
  { time, random, weather, note }: World,
  bucket: SimulatedBucket,
  queue: SimulatedQueue,
  /** Gets all uploads by their mark. */
  uploads: Map<string, Upload>,
): void {
  const versioned = random.chance(0.6);
  const begunMs = time.nowMs();
  note({
    kind: 'weather',
    what: `bucket ${versioned ? 'with' : 'without'} versions; ${describe(weather)}`,
  });
  const later = (spanMs: number) => time.nowMs() + random.between(0, spanMs);

  // A few pictures now and then, or a burst of them.
  const isBurst = random.chance(0.06);
  for (let remaining = isBurst ? random.between(5, 8) : random.between(1, 3); remaining > 0; remaining--) {
    time.at(begunMs + random.between(0, isBurst ? 1000 : workMs), () => {
      uploadAndAnnounce(random.chance(0.2) ? 2 : 1);
    });
  }
  if (random.chance(0.25)) {
    time.at(begunMs + random.between(0, workMs), () => {
      queue.send(announceNothing(random, random.between(0, 1e6)));
    });
  }

  function uploadAndAnnounce(count: number): void {
    const [first, ...others] = Array.from({ length: count }, upload);
    if (!first) return;
    const announcement = announce(random, [first, ...others]);
    const delayMs = random.chance(0.1) ? 600_000 : 2000;
    time.at(later(delayMs), () => {
      queue.send(announcement);
    });
    // The same event again, soon or hours later.
    if (!announcement.bad && random.chance(0.2)) {
      time.at(later(random.pick([3000, 60_000, 3 * 3_600_000])), () => {
        queue.send(announcement);
      });
    }
    if (random.chance(0.1)) {
      time.at(later(600_000), () => {
        bucket.remove(first);
      });
    }
  }

  function upload(): Upload {
    const upload = drawUpload(random, {
      key: random.pick(keys),
      versioned,
      atMs: time.nowMs(),
      number: uploads.size + 1,
    });
    uploads.set(upload.mark, upload);
    bucket.put(upload);
    return upload;
  }
}

function describe({ outage, faultRate, slowRate, killRate, calmFromMs }: World['weather']): string {
  const iso = (atMs: number) => new Date(atMs).toISOString();
  const out = outage ? `${outage.of} out from ${iso(outage.fromMs)} to ${iso(outage.untilMs)}` : 'no outage';
  return `${out}; ${faultRate * 100} % faults, ${slowRate * 100} % slow requests and ${killRate * 100} % kills until ${iso(calmFromMs)}`;
}
