import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { test } from 'vitest';
import * as z from 'zod';
import { claimMarginMs } from '../../functions/read-plate/read-picture.ts';
import { isFinal, pictureOf, s3EventRecord, startPipeline } from '../promises/pipeline.ts';
import { seededRandom } from './seeded-random.ts';

const claimed = z.object({ key: z.string(), claimUntil: z.number().optional() });

const pictureCount = 1000;
const killCount = 12;
const seed = Number(process.env['SEED'] ?? 1);

const functionTimeoutSeconds = 40;
/** Counted from the start of its invocation: what is claimed for longer after a kill is a new process's. */
const claimMs = functionTimeoutSeconds * 1000 + claimMarginMs;

/**
 * What a killed process had sent has arrived by then, at the endpoint and in the table. Nobody else can take
 * its pictures so soon.
 */
const arrivalMs = 1000;

/**
 * A claim of a killed process lasts for 100 s, and a picture that met the flapping endpoint three times waits for
 * 140 s besides.
 */
const longestReturnMs = 300_000;

test('with processes killed at random and an endpoint that flaps, every picture ends right and is paid for once, but for the kills between reply and record', async (t) => {
  const random = seededRandom(seed);
  const pipeline = await startPipeline({
    concurrency: 4,
    polling: false,
    visibilityTimeoutSeconds: 5,
    functionTimeoutSeconds,
    // Far more than the endpoint takes: an answer that comes too late on a busy machine is paid for again,
    // and rightly so.
    environment: { OCR_TIMEOUT_MS: '3000' },
  });
  t.onTestFinished(() => pipeline.stop());
  const { stack } = pipeline;

  const pictures = new Map<string, { readonly plate: string; readonly sha256: string }>();
  for (let index = 0; index < pictureCount; index += 1) {
    const plate = `${String(100 + (index % 600))}가${String(index + 1).padStart(4, '0')}`;
    const key = `gate-${index % 7}/${index}.png`;
    const bytes = pictureOf(plate);
    pictures.set(key, { plate, sha256: createHash('sha256').update(bytes).digest('hex') });
    const uploaded = await pipeline.upload(key, bytes);
    // Every tenth is announced twice.
    if (index % 10 === 0)
      await pipeline.send({ Records: [s3EventRecord(stack.bucket, key, { ...uploaded })] });
  }

  let flapping = false;
  /** Calls that the endpoint answered right, by the picture's digest. */
  let flappedCalls = 0;
  const paidCalls = new Map<string | undefined, number>();
  stack.vehiclePlateEndpoint.script({
    delayMs: 40,
    when: ({ sha256 }) => {
      if (flapping) flappedCalls += 1;
      else paidCalls.set(sha256, (paidCalls.get(sha256) ?? 0) + 1);
      return flapping;
    },
    answer: { kind: 'failure', resultCode: 5000001 },
  });
  stack.vehiclePlateEndpoint.script({ delayMs: 40 });

  stack.startPolling();
  const lostReplies = new Map<string, number>();
  let unfinishedAtKill = 0;
  for (let kill = 0; kill < killCount; kill += 1) {
    await delay(400 + random() * 800);
    flapping = kill % 3 === 1;
    await delay(random() * 200);
    await stack.killSandboxes();
    const killedAtMs = Date.now();
    await delay(arrivalMs);
    const records = await pipeline.records();
    unfinishedAtKill = pictureCount - records.filter(isFinal).length;
    for (const { key, claimUntil = 0 } of records.map((record) => claimed.parse(record))) {
      if (claimUntil <= killedAtMs || claimUntil > killedAtMs + claimMs) continue;
      // Claimed by a killed process and not lost at an earlier kill: its reply, or the picture on its way,
      // died with it.
      const paid = paidCalls.get(pictures.get(key)?.sha256) ?? 0;
      const lost = lostReplies.get(key) ?? 0;
      if (paid > lost) lostReplies.set(key, lost + 1);
    }
  }
  flapping = false;

  await pipeline.queueIsEmpty(longestReturnMs);
  const records = await pipeline.records();
  assert.equal(records.length, pictureCount);
  for (const record of records) {
    assert.deepEqual(
      [record['status'], record['plate']],
      ['READ', pictures.get(String(record['key']))?.plate],
    );
  }
  assert.equal(await pipeline.deadLetterCount(), 0);
  for (const [key, { sha256 }] of pictures) {
    const told = pipeline.log.filter((line) => line.includes(`/${key}?`));
    assert.equal(paidCalls.get(sha256), 1 + (lostReplies.get(key) ?? 0), [key, ...told].join('\n'));
  }
  // Otherwise nothing was attacked.
  assert.ok(lostReplies.size > 0 && flappedCalls > 0 && unfinishedAtKill > 0);
  await t.annotate(
    `seed ${seed}: ${killCount} kills, ${lostReplies.size} replies without a record, ${flappedCalls} calls while the endpoint failed`,
  );
});
