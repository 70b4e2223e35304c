import './disable-telemetry.ts';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { dimensionsOf } from '../core/picture/picture.ts';
import { committedModels } from './models.ts';
import type { PictureReading } from './picture-reading.ts';
import type { PlateReader } from './plate-reader.ts';
import { ReaderError } from './reader-error.ts';
import type { WorkerMessage, WorkerRequest } from './reader-messages.ts';

export type ReaderPoolOptions = {
  /** Worker threads; one per processor unless given. */
  readonly workers?: number;
  /** Pictures that may wait besides those being read; 64 unless given. */
  readonly maxWaiting?: number;
  /** Ends in `/`; the committed models unless given. */
  readonly modelsDirectory?: URL;
  /** The worker's program, where a bundler moved it. */
  readonly workerFile?: URL;
  /** Milliseconds until a worker that did not start is started again, doubled each time; 1,000 unless given. */
  readonly restartDelayMs?: number;
};

/** A reader that can lose and regain its workers. */
export type ReaderPool = PlateReader & {
  /** False while no worker can read: the last start of one failed, or the pool is closed. */
  readonly isReady: () => boolean;
};

const firstRestartDelayMs = 1000;
const longestRestartDelayMs = 60_000;

/** Pictures with more pixels are decoded one at a time, whatever the number of workers: memory is bounded. */
const maxPixelsSideBySide = 16_000_000;

/** Pixels lie outside the heap; a small heap is cleaned often, and with it what it keeps of them. */
const resourceLimits = { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64 };

type Job = {
  readonly bytes: Uint8Array;
  readonly isLarge: boolean;
  readonly resolve: (reading: PictureReading) => void;
  readonly reject: (error: unknown) => void;
};

/** A worker, and the picture that it reads at this moment. */
type Slot = {
  readonly worker: Worker;
  isStarted: boolean;
  /** What the worker said of its failed start. */
  startFailure: ReaderError | undefined;
  job: Job | undefined;
};

type Pool = {
  readonly options: ReaderPoolOptions;
  readonly slots: Set<Slot>;
  /** In the order of their arrival. */
  readonly waiting: Job[];
  /** Why nothing is read any more; also where the pool is closed. */
  failure: ReaderError | undefined;
  /** Whether a worker has ever started: before, a failed start is an error of the whole pool. */
  isOpen: boolean;
  /** The starts that failed since the last one that did not, and why the last one failed. */
  failedStarts: number;
  startFailure: ReaderError | undefined;
  readonly restarts: Set<NodeJS.Timeout>;
  /** Called at each change: a worker has started, a picture is done, the pool has failed. */
  readonly changed: Set<() => void>;
};

/**
 * A reader with several worker threads, ready when the first of them is. Throws `ReaderError`:
 * `MODEL_MISSING` or `MODEL_DAMAGED` at the start, `READER_BUSY` where the queue is full. A worker that
 * crashes fails its own picture alone and is replaced. Where no replacement starts, pictures fail at once, and
 * the pool tries again and again.
 */
export async function createReaderPool(options: ReaderPoolOptions = {}): Promise<ReaderPool> {
  const pool: Pool = {
    options,
    slots: new Set(),
    waiting: [],
    failure: undefined,
    isOpen: false,
    failedStarts: 0,
    startFailure: undefined,
    restarts: new Set(),
    changed: new Set(),
  };
  for (let count = 0; count < (options.workers ?? availableParallelism()); count += 1) startWorker(pool);
  await until(pool, () => pool.failure !== undefined || pool.isOpen);
  if (pool.failure) {
    await terminate(pool);
    throw pool.failure;
  }
  return {
    read: (bytes, { signal } = {}) => read(pool, bytes, signal),
    isReady: () => failureOf(pool) === undefined,
    close: async () => {
      stop(pool, new ReaderError('READER_CLOSED', 'The reader is closed.'));
      await until(pool, () => [...pool.slots].every(({ job }) => job === undefined));
      await terminate(pool);
    },
  };
}

/** Waits for workers that still start: to end one while it loads the networks can abort the whole process. */
async function terminate(pool: Pool): Promise<void> {
  await until(pool, () => [...pool.slots].every(({ isStarted }) => isStarted));
  await Promise.all([...pool.slots].map(({ worker }) => worker.terminate()));
}

async function until(pool: Pool, isTrue: () => boolean): Promise<void> {
  if (isTrue()) return;
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const check = () => {
    if (isTrue()) resolve(undefined);
  };
  pool.changed.add(check);
  await promise;
  pool.changed.delete(check);
}

function announceChange(pool: Pool): void {
  for (const check of pool.changed) check();
}

/** Why nothing is read at this moment; undefined while a worker reads or starts. */
function failureOf(pool: Pool): ReaderError | undefined {
  if (pool.failure || [...pool.slots].some(({ isStarted }) => isStarted)) return pool.failure;
  return pool.startFailure;
}

async function read(pool: Pool, bytes: Uint8Array, signal: AbortSignal | undefined): Promise<PictureReading> {
  signal?.throwIfAborted();
  const failure = failureOf(pool);
  if (failure) throw failure;
  const { promise, resolve, reject } = Promise.withResolvers<PictureReading>();
  const { width = Infinity, height = Infinity } = dimensionsOf([bytes]) ?? {};
  const job = { bytes, isLarge: width * height > maxPixelsSideBySide, resolve, reject };
  pool.waiting.push(job);
  startReading(pool);
  if (pool.waiting.length > (pool.options.maxWaiting ?? 64)) {
    pool.waiting.splice(pool.waiting.indexOf(job), 1);
    throw new ReaderError('READER_BUSY', 'As many pictures wait for the reader as may.');
  }
  const abort = () => {
    const place = pool.waiting.indexOf(job);
    if (place >= 0) pool.waiting.splice(place, 1);
    reject(signal?.reason);
  };
  signal?.addEventListener('abort', abort);
  try {
    return await promise;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** Hands waiting pictures to idle workers. */
function startReading(pool: Pool): void {
  for (const slot of pool.slots) {
    if (!slot.isStarted || slot.job) continue;
    const isLargeInWork = [...pool.slots].some(({ job }) => job?.isLarge);
    const place = pool.waiting.findIndex(({ isLarge }) => !(isLarge && isLargeInWork));
    const [job] = place < 0 ? [] : pool.waiting.splice(place, 1);
    if (!job) return;
    slot.job = job;
    // A copy of its own: sent as it is, a small buffer would take along the whole block of memory that it
    // lies in.
    const request: WorkerRequest = { bytes: new Uint8Array(job.bytes) };
    slot.worker.postMessage(request, [request.bytes.buffer]);
  }
}

function startWorker(pool: Pool): void {
  const file = pool.options.workerFile ?? new URL('./reader-worker.ts', import.meta.url);
  const modelsDirectory = pool.options.modelsDirectory ?? committedModels;
  const worker = new Worker(file, { argv: [modelsDirectory.href], resourceLimits });
  const slot: Slot = { worker, isStarted: false, startFailure: undefined, job: undefined };
  pool.slots.add(slot);
  let cause: unknown;
  worker.on('message', (message: WorkerMessage) => {
    receive(pool, slot, message);
  });
  worker.on('error', (error) => {
    cause = error;
  });
  worker.on('exit', () => {
    pool.slots.delete(slot);
    const crash = new ReaderError('READER_CRASHED', 'A worker of the reader ended unexpectedly.', cause);
    slot.job?.reject(crash);
    slot.job = undefined;
    replaceWorker(pool, slot, slot.startFailure ?? crash);
    announceChange(pool);
  });
}

/** After the end of a worker. One that did not even start would end again and again: its successor waits. */
function replaceWorker(pool: Pool, { isStarted }: Slot, error: ReaderError): void {
  if (pool.failure) return;
  if (isStarted) {
    startWorker(pool);
    return;
  }
  if (!pool.isOpen) {
    stop(pool, error);
    return;
  }
  pool.startFailure = error;
  const firstDelayMs = pool.options.restartDelayMs ?? firstRestartDelayMs;
  const delayMs = Math.min(firstDelayMs * 2 ** pool.failedStarts, longestRestartDelayMs);
  pool.failedStarts += 1;
  const timer = setTimeout(() => {
    pool.restarts.delete(timer);
    startWorker(pool);
  }, delayMs);
  pool.restarts.add(timer);
  if (failureOf(pool)) for (const { reject } of pool.waiting.splice(0)) reject(error);
}

function receive(pool: Pool, slot: Slot, message: WorkerMessage): void {
  switch (message.kind) {
    case 'started':
      slot.isStarted = true;
      pool.isOpen = true;
      pool.failedStarts = 0;
      pool.startFailure = undefined;
      break;
    case 'failed':
      slot.startFailure = new ReaderError(message.code, message.message);
      break;
    case 'answered':
      slot.job?.resolve(message.reading);
      slot.job = undefined;
      break;
  }
  startReading(pool);
  announceChange(pool);
}

/**
 * From now on nothing is read: what waits and what comes fails with this error; what is being read is
 * finished.
 */
function stop(pool: Pool, failure: ReaderError): void {
  pool.failure ??= failure;
  for (const timer of pool.restarts) clearTimeout(timer);
  pool.restarts.clear();
  for (const { reject } of pool.waiting.splice(0)) reject(pool.failure);
}
