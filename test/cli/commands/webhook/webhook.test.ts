import assert from 'node:assert/strict';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, test, type TestContext } from 'vitest';
import * as z from 'zod';
import { parseJson } from '../../../../functions/core/message/parse-json.ts';
import { startLocalStack, type LocalStack } from '../../../../infra/local/stack.ts';
import { eventually } from '../../../eventually.ts';
import { startWebhookReceiver } from '../../../fakes/webhook-receiver.ts';
import { putItems } from '../../put-items.ts';
import { runPlateline } from '../../run-plateline.ts';

const withSecret = z.object({ webhookId: z.string(), secret: z.string().startsWith('whsec_') }).loose();
const attempts = z.array(z.object({ type: z.string(), result: z.string() }).loose());

describe('plateline webhook', () => {
  let stack: LocalStack;
  beforeAll(async () => {
    stack = await startLocalStack();
  });
  afterAll(() => stack.stop());

  const run = (...args: readonly string[]) =>
    runPlateline(['webhook', ...args, '--stage', 'local', '--endpoint-url', stack.gateway.url]);
  const add = async (url: string, ...options: string[]) =>
    withSecret.parse(JSON.parse((await run('add', url, ...options, '--json')).output));
  const startReceiver = async (t: TestContext, statusOf?: Parameters<typeof startWebhookReceiver>[0]) => {
    const receiver = await startWebhookReceiver(statusOf);
    t.onTestFinished(() => receiver.stop());
    return receiver;
  };

  test('adds a webhook and prints its secret once; the secret is stored encrypted', async (t) => {
    const { output, errors, status } = await run(
      ...['add', 'https://example.com/plateline?key=1', '--name', 'office'],
      ...['--events', 'list.matched,visit.started', '--lists', 'blocked'],
    );
    assert.match(
      output,
      /^Webhook office added: https:\/\/example\.com\/plateline\nSecret: whsec_\S{44}\nplateline webhook test office sends a test\.\n$/,
    );
    assert.equal(errors, '');
    assert.equal(status, 0);
    const listed = await run('list');
    assert.match(
      listed.output,
      /^office +https:\/\/example\.com\/plateline +json +list\.matched,visit\.started +blocked +ok$/m,
    );
    assert.doesNotMatch(listed.output, /whsec_|key=1/);
    const ssm = new SSMClient(stack.ssm.clientConfiguration);
    t.onTestFinished(() => {
      ssm.destroy();
    });
    const Names = ['/plateline/local/webhooks/office'];
    const { Parameters: [parameter] = [] } = await ssm.send(new GetParametersCommand({ Names }));
    assert.equal(parameter?.Type, 'SecureString');
  });

  test('shows of a channel in Slack or Discord only the host: its URL is a secret', async () => {
    const added = await add('https://hooks.slack.com/services/T0/B0/secret', '--format', 'slack');
    assert.equal(added['address'], 'https://hooks.slack.com/…');
  });

  test('sends a signed test the way of every event, and shows it in the log', async (t) => {
    const receiver = await startReceiver(t);
    const { webhookId, secret } = await add(receiver.url);
    const tested = await run('test', webhookId);
    assert.match(tested.output, /^http:\/\/127\.0\.0\.1:\d+\/hook accepted the test after \d+ ms\.\n$/);
    assert.equal(tested.status, 0);
    const [received] = receiver.received;
    assert.ok(received);
    const event = z
      .object({ type: z.string() })
      .parse(new Webhook(secret).verify(received.body, received.headers));
    assert.equal(event.type, 'webhook.test');
    const log = attempts.parse(JSON.parse((await run('log', webhookId, '--json')).output));
    assert.deepEqual(
      log.map(({ type, result }) => [type, result]),
      [['webhook.test', 'delivered']],
    );
    assert.match(
      (await run('log', webhookId)).output,
      /^began \(KST\) +event +id +result +ms +why\n.*delivered/,
    );
  });

  test('says what a server answered that does not accept the test, with status 1', async (t) => {
    const receiver = await startReceiver(t, () => 401);
    const { webhookId } = await add(receiver.url);
    const { errors, status } = await run('test', webhookId);
    assert.equal(errors, 'error: The test was not accepted. The receiver answered 401.\n');
    assert.equal(status, 1);
    assert.equal(receiver.received.length, 1);
  });

  test('changes the secret without a gap: both count until the rotation is finished', async () => {
    const { webhookId, secret: old } = await add('https://example.com/rotated');
    const rotated = await run('rotate', webhookId, '--json');
    const { secret } = withSecret.parse(JSON.parse(rotated.output));
    assert.notEqual(secret, old);
    const stored = async () => {
      const ssm = new SSMClient(stack.ssm.clientConfiguration);
      const Names = [`/plateline/local/webhooks/${webhookId}`];
      const { Parameters: [parameter] = [] } = await ssm.send(
        new GetParametersCommand({ Names, WithDecryption: true }),
      );
      ssm.destroy();
      return parseJson(parameter?.Value ?? '');
    };
    assert.deepEqual(await stored(), { url: 'https://example.com/rotated', secrets: [secret, old] });
    assert.match((await run('rotate', webhookId)).errors, /has two secrets already/);
    assert.match((await run('rotate', webhookId, '--finish')).output, /only its new secret/);
    assert.deepEqual(await stored(), { url: 'https://example.com/rotated', secrets: [secret] });
  });

  test('removes a webhook with its secret, and frees its name', async () => {
    await add('https://example.com/removed', '--name', 'removed');
    const taken = await run('add', 'https://example.com/other', '--name', 'removed');
    assert.match(taken.errors, /There is a webhook removed already/);
    assert.equal(taken.status, 1);
    assert.equal((await run('remove', 'removed')).output, 'Webhook removed removed.\n');
    assert.match((await run('remove', 'removed')).errors, /There is no webhook removed/);
    assert.match((await run('log', 'removed')).errors, /There is no webhook removed/);
    await add('https://example.com/other', '--name', 'removed');
  });

  test('warns of an address that a stage refuses by default, and shows failures in the list', async () => {
    const { errors } = await run('add', 'http://127.0.0.1:1/', '--name', 'failing');
    assert.match(
      errors,
      /must begin with https:\/\/\. The stage sends there only if .* webhookAddresses is any/,
    );
    const dynamodb = new DynamoDBClient(stack.dynamodb.clientConfiguration);
    await putItems(dynamodb, stack.webhooksTableName, [
      {
        ...{ collection: 'webhooks', item: 'failing', webhookId: 'failing', address: 'http://127.0.0.1:1/' },
        ...{ format: 'json', addedAt: '2026-11-22T00:00:00.000Z', failures: 7, pausedUntilMs: 0 },
      },
    ]);
    dynamodb.destroy();
    assert.match((await run('list')).output, /^failing .* 7 failures, paused$/m);
    await run('remove', 'failing');
  });

  const refused: Readonly<Record<string, readonly [readonly string[], RegExp]>> = {
    'a URL that is none': [['add', 'example.com'], /must be a URL/],
    'a URL with a password': [['add', 'https://user:secret@example.com/'], /no user name and no password/],
    'an unknown event': [
      ['add', 'https://example.com/', '--events', 'car.seen'],
      /There is no event car\.seen/,
    ],
    'an unknown format': [['add', 'https://example.com/', '--format', 'xml'], /Allowed choices/],
    'a bad name': [['test', 'An Office'], /The name of a webhook/],
  };
  for (const [what, [args, sentence]] of Object.entries(refused)) {
    test(`refuses ${what} as a wrong call`, async () => {
      const { errors, status } = await run(...args);
      assert.match(errors, sentence);
      assert.equal(status, 2);
    });
  }

  test('moves what was given up back to the queue, where it is tried again', async (t) => {
    const receiver = await startReceiver(t);
    const { webhookId } = await add(receiver.url);
    const sqs = new SQSClient(stack.sqs.clientConfiguration);
    t.onTestFinished(() => {
      sqs.destroy();
    });
    const event = {
      ...{ specversion: '1.0', id: 'given-up', source: '/plateline/local', time: '2026-11-22T00:00:00.000Z' },
      ...{ type: 'webhook.test', datacontenttype: 'application/json', data: { webhookId } },
    };
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: stack.webhooksDeadLetterQueueUrl,
        MessageBody: JSON.stringify({ webhookId, event }),
      }),
    );
    assert.equal((await run('redrive')).output, 'Moved 1 message to plateline-local-webhooks.\n');
    await eventually('the redriven event', () => receiver.received[0]);
  });
});
