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
};

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
type Slot = { readonly worker: Worker; isStarted: boolean; job: Job | undefined };

type Pool = {
  readonly options: ReaderPoolOptions;
  readonly slots: Set<Slot>;
  /** In the order of their arrival. */
  readonly waiting: Job[];
  /** Why nothing is read any more; also where the pool is closed. */
  failure: ReaderError | undefined;
  /** Called at each change: a worker has started, a picture is done, the pool has failed. */
  readonly changed: Set<() => void>;
};

/**
 * A reader with several worker threads, ready when the first of them is. Throws `ReaderError`:
 * `MODEL_MISSING` or `MODEL_DAMAGED` at the start, `READER_BUSY` where the queue is full. A worker that
 * crashes fails its own picture alone and is replaced.
 */
export async function createReaderPool(options: ReaderPoolOptions = {}): Promise<PlateReader> {
  const pool: Pool = { options, slots: new Set(), waiting: [], failure: undefined, changed: new Set() };
  for (let count = 0; count < (options.workers ?? availableParallelism()); count += 1) startWorker(pool);
  await until(pool, () => pool.failure !== undefined || [...pool.slots].some(({ isStarted }) => isStarted));
  if (pool.failure) {
    await terminate(pool);
    throw pool.failure;
  }
  return {
    read: (bytes, { signal } = {}) => read(pool, bytes, signal),
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

async function read(pool: Pool, bytes: Uint8Array, signal: AbortSignal | undefined): Promise<PictureReading> {
  signal?.throwIfAborted();
  if (pool.failure) throw pool.failure;
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
  const slot: Slot = { worker, isStarted: false, job: undefined };
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
    // One that does not even start would end again and again.
    if (!pool.failure && slot.isStarted) startWorker(pool);
    else stop(pool, crash);
    announceChange(pool);
  });
}

function receive(pool: Pool, slot: Slot, message: WorkerMessage): void {
  switch (message.kind) {
    case 'started':
      slot.isStarted = true;
      break;
    case 'failed':
      stop(pool, new ReaderError(message.code, message.message));
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
  for (const { reject } of pool.waiting.splice(0)) reject(pool.failure);
}
