import assert from 'node:assert/strict';
import { test } from 'vitest';
import { Webhook } from 'standardwebhooks';
import { startVerifyingReceiver } from '../../../infra/local/verifying-receiver.ts';
import { matchedEvent } from '../../fakes/events.ts';

const secretOf = (byte: number) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;

test('the receiver of the gate counts each signed event once, and refuses every other request', async (context) => {
  const handled: string[] = [];
  const receiver = await startVerifyingReceiver(({ id }) => handled.push(id));
  context.onTestFinished(() => receiver.stop());
  const send = async (secret: string, signedBody: string, body = signedBody) => {
    const now = new Date();
    const headers = {
      'webhook-id': 'match-1',
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign('match-1', now, signedBody),
    };
    return (await fetch(receiver.url, { method: 'POST', headers, body })).status;
  };
  const event = JSON.stringify(matchedEvent());

  assert.equal(await send(secretOf(1), event), 401);
  receiver.trust(secretOf(1));
  assert.equal(await send(secretOf(2), event), 401);
  assert.equal(await send(secretOf(1), event, event.replace('blocked', 'visitors')), 401);
  assert.equal(await send(secretOf(1), '{}'), 401);
  assert.deepEqual(receiver.events(), []);
  assert.equal(receiver.refusedRequests(), 4);

  assert.equal(await send(secretOf(1), event), 204);
  assert.equal(await send(secretOf(1), event), 204);
  assert.deepEqual(receiver.events(), [matchedEvent()]);
  assert.deepEqual(handled, ['match-1']);
});
