import { setTimeout as delay } from 'node:timers/promises';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { maxBatchSize, sendMessages } from '../../aws/send-messages.ts';
import { createTokenBucket } from '../../aws/token-bucket.ts';
import { amount } from '../../terminal/amount.ts';
import { listenForInterrupt } from '../../terminal/interrupt.ts';
import { startProgress } from '../../terminal/progress.ts';
import type { BackfillPicture } from './backfill-pictures.ts';
import { removeBackfillState, writeBackfillState, type BackfillState } from './backfill-state.ts';

/** The state is also saved after this many skipped objects in a row, which make no batch. */
const skippedBetweenStates = 1000;

/** Sends the pictures in order, and saves the state after each acknowledged batch. Returns the last state. */
export async function sendPictures({
  sqs,
  pictures,
  left,
  rate,
  stateFile,
  start,
}: {
  readonly sqs: SQSClient;
  readonly pictures: AsyncIterable<BackfillPicture>;
  readonly left: number;
  readonly rate: number;
  readonly stateFile: string;
  readonly start: BackfillState;
}): Promise<BackfillState> {
  const interrupt = listenForInterrupt();
  const tokens = createTokenBucket({
    perSecond: rate,
    now: () => performance.now(),
    sleep: (ms) => delay(ms, undefined, { signal: interrupt }),
  });
  const batchSize = Math.min(maxBatchSize, rate);
  const doneBefore = doneIn(start);
  const progress = startProgress('pictures', doneBefore + left, doneBefore);
  let state = start;
  let batch: string[] = [];
  let { afterKey } = start;
  let { skipped, archived } = start;

  const sendBatch = async () => {
    if (batch.length > 0) {
      await tokens.take(batch.length);
      await sendMessages(sqs, start.queueUrl, batch);
    }
    state = { ...state, afterKey, sent: state.sent + batch.length, skipped, archived };
    batch = [];
    await writeBackfillState(stateFile, state);
    progress.update(doneIn(state));
  };

  try {
    for await (const picture of pictures) {
      interrupt.throwIfAborted();
      afterKey = picture.key;
      if (picture.kind === 'recorded') skipped += 1;
      else if (picture.kind === 'archived') archived += 1;
      else batch.push(picture.body);
      const skippedSince = skipped + archived - state.skipped - state.archived;
      if (batch.length === batchSize || skippedSince >= skippedBetweenStates) await sendBatch();
    }
    await sendBatch();
  } catch (error) {
    progress.stop();
    process.stderr.write(
      `Stopped: ${amount(state.sent, 'picture')} sent, ${state.skipped} skipped. The same command continues from there.\n`,
    );
    throw error;
  }
  progress.stop();
  await removeBackfillState(stateFile);
  return state;
}

/** How many pictures a backfill is finished with. */
function doneIn({ sent, skipped, archived }: BackfillState): number {
  return sent + skipped + archived;
}
