import assert from 'node:assert/strict';
import { test } from 'vitest';
import { runPlateline } from '../cli/run-plateline.ts';
import { environment } from '../cli/command.ts';
import { eventually } from '../eventually.ts';
import { isFinal, isWaiting, pictureOf, reasonCodeOf, startPipeline } from './pipeline.ts';

test('pictures beyond the cap of a day are not sent: they wait, and their records and the command say why', async (t) => {
  const pipeline = await startPipeline({ environment: { CALL_CAP_PER_DAY: '2' } });
  t.onTestFinished(() => pipeline.stop());
  const { stack } = pipeline;
  await pipeline.upload('gate/1.png', pictureOf('11가1111'));
  await pipeline.upload('gate/2.png', pictureOf('22가2222'));
  await pipeline.recordOf('gate/1.png', isFinal);
  await pipeline.recordOf('gate/2.png', isFinal);
  await pipeline.upload('gate/3.png', pictureOf('33가3333'));
  await pipeline.upload('gate/4.png', Buffer.from('no picture'));
  const held = await pipeline.recordOf('gate/3.png', isWaiting);
  const rejected = await pipeline.recordOf('gate/4.png', isFinal);

  assert.equal(reasonCodeOf(held), 'CALL_CAP_OF_DAY');
  assert.equal(rejected['status'], 'REJECTED');
  assert.equal(stack.vehiclePlateEndpoint.calls.length, 2);
  await eventually('the metric of the held picture', () =>
    pipeline.log.find((line) => line.includes('"HeldByCallCap":1')),
  );
  const shown = await runPlateline(
    ['show', `s3://${stack.bucket}/gate/3.png`, '--stage', 'local', '--endpoint-url', stack.gateway.url],
    { env: environment },
  );
  assert.match(shown.output, /The day's 2 calls are used up; the picture is read tomorrow/);
});

test('a stage without a cap counts no calls, and sends not one request more for a picture', async (t) => {
  const pipeline = await startPipeline();
  t.onTestFinished(() => pipeline.stop());
  await pipeline.upload('gate/1.png', pictureOf('11가1111'));
  await pipeline.recordOf('gate/1.png', isFinal);
  await pipeline.queueIsEmpty();

  const ofCounter = pipeline.stack.dynamodb.requests.filter(({ body }) => String(body).includes(' calls"'));
  assert.deepEqual(ofCounter, []);
});
