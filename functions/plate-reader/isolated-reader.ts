import { fork, type ChildProcess } from 'node:child_process';
import type { PictureReading } from './picture-reading.ts';
import type { PlateReader } from './plate-reader.ts';
import { ReaderError } from './reader-error.ts';
import type { WorkerMessage, WorkerRequest } from './reader-messages.ts';

type IsolatedReaderOptions = {
  /** The longest time of one picture in milliseconds, with the start of a process where one is needed. */
  readonly timeoutMs: number;
  /** Ends in `/`; the models next to the program unless given. */
  readonly modelsDirectory?: URL;
  /** The process's program, where a bundler moved it. */
  readonly program?: URL;
};

/** A process that reads one picture at a time. */
type ReaderProcess = {
  readonly child: ChildProcess;
  /** Resolves when the models are loaded. */
  readonly started: PromiseWithResolvers<undefined>;
  /** Of the picture that it reads at this moment. */
  answer: PromiseWithResolvers<PictureReading> | undefined;
  isTooLate: boolean;
};

/** Pixels lie outside the heap; a small heap is cleaned often, and with it what it keeps of them. */
const heapLimits = ['--max-old-space-size=64', '--max-semi-space-size=2'];

/**
 * A reader in a process of its own, for one picture at a time. A picture that crashes the process, takes all
 * its memory or lasts too long fails alone, and the next picture gets a new process. The first process starts
 * at once. `read` throws `ReaderError`: `READER_CRASHED` and `READER_TIMED_OUT` are about the picture;
 * `MODEL_MISSING`, `MODEL_DAMAGED`, `READER_NOT_STARTED`, `READER_BUSY` and `READER_CLOSED` are not.
 */
export function createIsolatedReader(options: IsolatedReaderOptions): PlateReader {
  let isClosed = false;
  let running: ReaderProcess | undefined = start();

  return {
    async read(bytes, { signal } = {}) {
      signal?.throwIfAborted();
      if (isClosed) throw new ReaderError('READER_CLOSED', 'The reader is closed.');
      const used = (running ??= start());
      if (used.answer) throw new ReaderError('READER_BUSY', 'The reader has another picture.');
      const answer = Promise.withResolvers<PictureReading>();
      used.answer = answer;
      const timer = setTimeout(() => {
        used.isTooLate = true;
        used.child.kill('SIGKILL');
      }, options.timeoutMs);
      try {
        await used.started.promise;
        const request: WorkerRequest = { bytes: new Uint8Array(bytes) };
        // Where it cannot be sent, the process has ended, and its end is the answer.
        used.child.send(request, () => undefined);
        return await answer.promise;
      } finally {
        clearTimeout(timer);
        used.answer = undefined;
      }
    },

    close() {
      isClosed = true;
      running?.child.kill('SIGKILL');
      return Promise.resolve();
    },
  };

  function start(): ReaderProcess {
    const process: ReaderProcess = {
      child: forkProgram(options),
      started: Promise.withResolvers(),
      answer: undefined,
      isTooLate: false,
    };
    // A process that fails before it has a picture fails nobody.
    process.started.promise.catch(() => undefined);
    let isReady = false;
    process.child.on('message', (message: WorkerMessage) => {
      if (message.kind === 'started') isReady = true;
      receive(process, message);
    });
    const end = (cause?: unknown) => {
      if (running === process) running = undefined;
      process.started.reject(new ReaderError('READER_NOT_STARTED', 'The reader did not start.', cause));
      if (isReady) process.answer?.reject(endOf(process, cause));
    };
    process.child.on('error', end);
    process.child.on('exit', () => {
      end();
    });
    return process;
  }
}

function receive({ child, started, answer }: ReaderProcess, message: WorkerMessage): void {
  switch (message.kind) {
    case 'started':
      started.resolve(undefined);
      break;
    case 'failed':
      started.reject(new ReaderError(message.code, message.message));
      // The next picture tries again.
      child.kill('SIGKILL');
      break;
    case 'answered':
      answer?.resolve(message.reading);
      break;
  }
}

function endOf({ isTooLate }: ReaderProcess, cause: unknown): ReaderError {
  return isTooLate
    ? new ReaderError('READER_TIMED_OUT', 'Reading the picture took too long.', cause)
    : new ReaderError('READER_CRASHED', 'The process of the reader ended while it read the picture.', cause);
}

function forkProgram({ program, modelsDirectory }: IsolatedReaderOptions): ChildProcess {
  const file = program ?? new URL('./reader-process.ts', import.meta.url);
  const child = fork(file, modelsDirectory ? [modelsDirectory.href] : [], {
    serialization: 'advanced',
    execArgv: heapLimits,
    // Without the function's credentials. On Lambda, Node itself needs the library path.
    env: { ORT_DISABLE_TELEMETRY: '1', LD_LIBRARY_PATH: process.env['LD_LIBRARY_PATH'] },
    // What a library prints may quote the picture.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  // An idle reader keeps no process from ending.
  child.unref();
  child.channel?.unref();
  return child;
}
