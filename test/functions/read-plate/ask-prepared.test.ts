import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import type { Picture } from '../../../functions/core/picture/picture.ts';
import type { FinalOutcome, WaitingOutcome } from '../../../functions/core/record/outcome.ts';
import type { IsolatedPreparation } from '../../../functions/plate-reader/isolated-preparation.ts';
import type { CallTally } from '../../../functions/read-plate/ask-for-plates.ts';
import { createAskPrepared, preparationTimeoutMs } from '../../../functions/read-plate/ask-prepared.ts';
import { makeJpeg } from '../../fakes/pictures.ts';

const jpeg = makeJpeg(1920, 1080);
const ordinary: Picture = {
  parts: [jpeg],
  sizeBytes: jpeg.length,
  fileType: 'jpeg',
  width: 1920,
  height: 1080,
};
const webp: Picture = { ...ordinary, parts: [Buffer.from('RIFF')], fileType: 'webp' };
const large: Picture = { ...ordinary, sizeBytes: 6_000_000 };

const box = { x1: 10, y1: 20, x2: 90, y2: 20, x3: 90, y3: 40, x4: 10, y4: 40 };
const readOutcome: FinalOutcome = { kind: 'read', plates: [{ plate: '123가4567', confidence: 0.9, box }] };
const preparedAs = (
  width: number,
  height: number,
  stored: { width: number; height: number; orientation: number },
): IsolatedPreparation => ({ kind: 'prepared', jpeg: Uint8Array.of(1, 2, 3), width, height, stored });
const asStored = preparedAs(1920, 1080, { width: 1920, height: 1080, orientation: 1 });

async function ask(
  picture: Picture,
  {
    preparation = asStored,
    outcome = readOutcome,
    remainingMs = 60_000,
  }: {
    preparation?: IsolatedPreparation;
    outcome?: FinalOutcome | WaitingOutcome;
    remainingMs?: number;
  } = {},
) {
  const asked: Picture[] = [];
  let loads = 0;
  const askForPlates = createAskPrepared({
    ask: (sent) => {
      asked.push(sent);
      return Promise.resolve(outcome);
    },
    loadPreparer: () => {
      loads += 1;
      return Promise.resolve(() => Promise.resolve(preparation));
    },
  });
  const tally: CallTally = { calls: 0, latenciesMs: [] };
  const result = await askForPlates(picture, (workMs = 0) => remainingMs >= workMs, tally);
  return { result, asked, loads };
}

test('a picture that the endpoint takes is sent as it is, and nothing is loaded for it', async () => {
  const { result, asked, loads } = await ask(ordinary);
  assert.deepEqual([result, asked, loads], [readOutcome, [ordinary], 0]);
});

describe('a picture that the endpoint does not take', () => {
  test('is sent as a JPEG, and its record says what was done', async () => {
    const { result, asked } = await ask(webp);
    assert.deepEqual(asked, [
      { parts: [Uint8Array.of(1, 2, 3)], sizeBytes: 3, fileType: 'jpeg', width: 1920, height: 1080 },
    ]);
    assert.deepEqual(result, {
      ...readOutcome,
      preparation: { steps: ['converted'], width: 1920, height: 1080 },
    });
  });

  test('has its boxes in pixels of the uploaded picture', async () => {
    const preparation = preparedAs(960, 540, { width: 1920, height: 1080, orientation: 1 });
    const { result } = await ask(large, { preparation });
    assert.ok(result.kind === 'read');
    assert.deepEqual(result.plates[0].box, {
      ...{ x1: 20, y1: 40, x2: 180, y2: 40 },
      ...{ x3: 180, y3: 80, x4: 20, y4: 80 },
    });
    assert.deepEqual(result.preparation?.steps, ['scaled']);
  });

  test('has its boxes in the pixels as stored where EXIF turns it', async () => {
    const preparation = preparedAs(1080, 1920, { width: 1920, height: 1080, orientation: 6 });
    const { result } = await ask(webp, { preparation });
    assert.ok(result.kind === 'read');
    assert.deepEqual(result.plates[0].box, {
      ...{ x1: 20, y1: 1070, x2: 20, y2: 990 },
      ...{ x3: 40, y3: 990, x4: 40, y4: 1070 },
    });
    assert.deepEqual(result.preparation?.steps, ['converted', 'turned']);
  });

  test('that has too many bytes, but not too many pixels, is compressed', async () => {
    const { result } = await ask(large);
    assert.ok(result.kind === 'read');
    assert.deepEqual(result.preparation?.steps, ['compressed']);
  });

  test('says so too where it shows no plate', async () => {
    const { result } = await ask(webp, {
      outcome: { kind: 'no-plate', reason: { code: 'NO', message: '' } },
    });
    assert.ok(result.kind === 'no-plate');
    assert.deepEqual(result.preparation?.steps, ['converted']);
  });

  test('waits without a mark where the endpoint does', async () => {
    const outcome: WaitingOutcome = { kind: 'wait', reason: { code: 'BUSY', message: '' } };
    assert.deepEqual((await ask(webp, { outcome })).result, outcome);
  });

  test('is rejected without a call where it cannot be decoded', async () => {
    const reason = { code: 'DAMAGED_PICTURE', message: 'It is damaged.' };
    const { result, asked } = await ask(webp, { preparation: { kind: 'refused', reason } });
    assert.deepEqual([result, asked], [{ kind: 'rejected', reason }, []]);
  });

  test('counts as a crash of the reader where it crashes its preparation, and costs no call', async () => {
    const reason = { code: 'PREPARATION_CRASHED', message: 'It crashed.' };
    const { result, asked } = await ask(webp, { preparation: { kind: 'failed', reason } });
    assert.deepEqual([result, asked], [{ kind: 'wait', reason, readerCrashed: true }, []]);
  });

  test('waits where the invocation has too little time to prepare it', async () => {
    const { result, loads } = await ask(webp, { remainingMs: preparationTimeoutMs - 1 });
    assert.ok(result.kind === 'wait');
    assert.deepEqual([result.reason.code, loads], ['OUT_OF_TIME', 0]);
  });
});
