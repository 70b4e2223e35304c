import type { PictureReading } from '../../functions/plate-reader/picture-reading.ts';
import type { PlateReader } from '../../functions/plate-reader/plate-reader.ts';
import { ReaderError } from '../../functions/plate-reader/reader-error.ts';
import type { Stay } from './aws-client-configuration.ts';
import type { ReadEnd } from './history.ts';
import { uploadWithMark, type Upload } from './upload.ts';
import type { World } from './world.ts';

const timeoutMs = 15_000;
const faults = ['crashed', 'timed out', 'model damaged', 'not started'] as const;

const errorOf = {
  crashed: new ReaderError('READER_CRASHED', 'The process of the reader ended.'),
  'timed out': new ReaderError('READER_TIMED_OUT', 'Reading the picture took too long.'),
  'model damaged': new ReaderError('MODEL_DAMAGED', 'The model is damaged.'),
  'not started': new ReaderError('READER_NOT_STARTED', 'The reader did not start.'),
} as const;

/** The built-in reader with its faults. A picture that no endpoint could read crashes it each time. */
export function createSimulatedReader(
  { time, random, weather, note }: World,
  /** All uploads by their mark. */
  uploads: ReadonlyMap<string, Upload>,
) {
  /** For the code of one sandbox. */
  return function readerFor(stay: Stay): Pick<PlateReader, 'read'> {
    return {
      async read(bytes) {
        await stay.pause(0);
        const invocation = stay.invocation();
        const upload = uploadWithMark(bytes, uploads);
        const isRough = time.nowMs() < weather.calmFromMs;
        const fault = isRough && random.chance(weather.faultRate) ? random.pick(faults) : undefined;
        const end: ReadEnd = fault ?? (upload.content === 'unreadable' ? 'crashed' : 'read');
        const isSlow = isRough && random.chance(weather.slowRate);
        const usualMs = isSlow ? random.between(1000, timeoutMs) : random.between(50, 400);
        await stay.pause(end === 'timed out' ? timeoutMs : usualMs);
        note({ kind: 'read', invocation, imageId: upload.imageId, end });
        if (end === 'read') return readingOf(upload);
        throw errorOf[end];
      },
    };
  };
}

function readingOf(upload: Upload): PictureReading {
  const { content, fileType, width, height } = upload;
  if (content === 'refused-by-endpoint')
    return { kind: 'refused', reason: { code: 'DAMAGED_PICTURE', message: 'It is damaged.' } };
  const plates = upload.plates.map(({ value, confidence, box }) => ({ plate: value, confidence, box }));
  const resolution = width < 1280 || height < 720 ? 'low' : 'normal';
  return { kind: 'read', plates, picture: { fileType, width, height, orientation: 1, resolution } };
}
