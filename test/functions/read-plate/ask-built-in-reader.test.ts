import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import type { Picture } from '../../../functions/core/picture/picture.ts';
import type { PictureReading } from '../../../functions/plate-reader/picture-reading.ts';
import type { PlateReader } from '../../../functions/plate-reader/plate-reader.ts';
import { ReaderError, type ReaderErrorCode } from '../../../functions/plate-reader/reader-error.ts';
import { createAskBuiltInReader } from '../../../functions/read-plate/ask-built-in-reader.ts';
import type { CallTally } from '../../../functions/read-plate/ask-for-plates.ts';

const picture: Picture = {
  parts: [Uint8Array.of(1, 2), Uint8Array.of(3)],
  sizeBytes: 3,
  fileType: 'jpeg',
  width: 1280,
  height: 720,
};
const box = { x1: 0, y1: 0, x2: 9, y2: 0, x3: 9, y3: 9, x4: 0, y4: 9 };
const plate = { plate: '123가4567', confidence: 0.9, box };
const read = (plates: readonly (typeof plate)[]): PictureReading => ({
  kind: 'read',
  plates,
  picture: { fileType: 'jpeg', width: 1280, height: 720, orientation: 1, resolution: 'normal' },
});

async function ask(readPicture: PlateReader['read'], timeForCall = true) {
  const tally: CallTally = { calls: 0, latenciesMs: [] };
  let nowMs = 0;
  const askForPlates = createAskBuiltInReader({ reader: { read: readPicture }, now: () => (nowMs += 80) });
  const outcome = await askForPlates(picture, () => timeForCall, tally);
  return { outcome, tally };
}

describe('the built-in reader', () => {
  test('gets all bytes of the picture in one piece', async () => {
    const seen: Uint8Array[] = [];
    await ask((bytes) => {
      seen.push(Uint8Array.from(bytes));
      return Promise.resolve(read([]));
    });
    assert.deepEqual(seen, [Uint8Array.of(1, 2, 3)]);
  });

  test('gives plates with the resolution, and no call is counted', async () => {
    const { outcome, tally } = await ask(() => Promise.resolve(read([plate])));
    assert.deepEqual(outcome, { kind: 'read', plates: [plate], resolution: 'normal' });
    assert.deepEqual(tally, { calls: 0, latenciesMs: [80] });
  });

  test("says with the endpoint's code that there is no plate", async () => {
    const { outcome } = await ask(() => Promise.resolve(read([])));
    assert.equal(outcome.kind, 'no-plate');
    assert.equal(outcome.reason.code, 'VEHICLE_PLATE_NOT_FOUND');
  });

  test('rejects a file that it refuses, with its reason', async () => {
    const reason = { code: 'DAMAGED_PICTURE', message: 'The JPEG is damaged.' };
    const { outcome } = await ask(() => Promise.resolve({ kind: 'refused', reason }));
    assert.deepEqual(outcome, { kind: 'rejected', reason });
  });

  const failures: readonly (readonly [ReaderErrorCode, boolean])[] = [
    ['READER_CRASHED', true],
    ['READER_TIMED_OUT', true],
    ['READER_NOT_STARTED', false],
    ['MODEL_MISSING', false],
    ['MODEL_DAMAGED', false],
  ];
  for (const [code, isAboutPicture] of failures) {
    test(`lets a picture wait after ${code}, which is ${isAboutPicture ? '' : 'not '}a crash by the picture`, async () => {
      const { outcome } = await ask(() => Promise.reject(new ReaderError(code, 'It failed.')));
      assert.deepEqual(outcome, {
        kind: 'wait',
        reason: { code, message: 'It failed.' },
        ...(isAboutPicture ? { readerCrashed: true } : {}),
      });
    });
  }

  test('starts no picture for which the invocation has too little time', async () => {
    const { outcome } = await ask(() => Promise.reject(new Error('read all the same')), false);
    assert.equal(outcome.kind === 'wait' && outcome.reason.code, 'OUT_OF_TIME');
  });

  test('reads one picture at a time, and asks for the time when its turn has come', async () => {
    let open = 0;
    let most = 0;
    const askForPlates = createAskBuiltInReader({
      reader: {
        read: async () => {
          open += 1;
          most = Math.max(most, open);
          await Promise.resolve();
          open -= 1;
          return read([plate]);
        },
      },
      now: () => 0,
    });
    const asked: number[] = [];
    await Promise.all(
      [1, 2, 3].map((turn) =>
        askForPlates(
          picture,
          () => {
            asked.push(turn);
            return open === 0;
          },
          { calls: 0, latenciesMs: [] },
        ),
      ),
    );
    assert.equal(most, 1);
    assert.deepEqual(asked, [1, 2, 3]);
  });
});
