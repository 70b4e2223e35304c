import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ListSubscriptionsByTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, test, type TestContext } from 'vitest';
import { createEventTopic } from '../../../../functions/adapters/event-topic.ts';
import { startLocalStack, type LocalStack } from '../../../../infra/local/stack.ts';
import { matchedEvent, readingEvent } from '../../../fakes/events.ts';
import { commandPath, environment, runInTerminal } from '../../command.ts';
import { runPlateline } from '../../run-plateline.ts';

describe('plateline listen', () => {
  let stack: LocalStack;
  let sqs: SQSClient;
  let sns: SNSClient;
  let topic: ReturnType<typeof createEventTopic>;
  let common: string[];
  beforeAll(async () => {
    stack = await startLocalStack({ polling: false });
    const { directClientConfiguration } = stack.sqs;
    sqs = new SQSClient(directClientConfiguration);
    sns = new SNSClient(directClientConfiguration);
    topic = createEventTopic(stack.eventsTopicArn, directClientConfiguration);
    common = ['--stage', 'local', '--endpoint-url', stack.gateway.url];
  });
  afterAll(async () => {
    sqs.destroy();
    sns.destroy();
    await stack.stop();
  });

  const listenQueues = async () => {
    const prefix = { QueueNamePrefix: 'plateline-local-listen-' };
    return (await sqs.send(new ListQueuesCommand(prefix))).QueueUrls ?? [];
  };
  const subscribedQueues = async () => {
    const command = new ListSubscriptionsByTopicCommand({ TopicArn: stack.eventsTopicArn });
    const names = (await sns.send(command)).Subscriptions?.map(({ Endpoint = '' }) =>
      Endpoint.split(':').at(-1),
    );
    return names?.filter((name = '') => name.includes('-listen-')) ?? [];
  };
  const listenInTerminal = async (t: TestContext, ...options: string[]) => {
    const terminal = runInTerminal(['listen', ...options, ...common], { columns: 200 });
    t.onTestFinished(async () => {
      terminal.type('\x03');
      await terminal.ended;
    });
    await terminal.shows(/time \(KST\) +event +where +plate +what\r\n/);
    return terminal;
  };
  const spawnListen = (t: TestContext, ...options: string[]) => {
    const child = spawn(process.execPath, [commandPath, 'listen', ...options, ...common], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exited = once(child, 'exit');
    t.onTestFinished(async () => {
      child.kill();
      await exited;
    });
    return child;
  };

  test('shows each event once in a line; after Ctrl-C its queue and subscription are gone', async (t) => {
    const terminal = await listenInTerminal(t);
    assert.equal((await subscribedQueues()).length, 1);
    await topic.publish([matchedEvent(), matchedEvent(), readingEvent()]);
    await terminal.shows(/2026-11-22 17:15:00 +list\.matched +gate-north +12가3456 +on the list blocked\r\n/);
    await terminal.shows(/2026-11-22 17:15:00 +reading\.final +gate-north +12가3456 +READ 0\.90\r\n/);
    terminal.type('\x03');
    assert.equal(await terminal.ended, 130);
    assert.equal(terminal.shown().split('list.matched').length, 2);
    assert.deepEqual([await listenQueues(), await subscribedQueues()], [[], []]);
  });

  test('shows what was chosen by type, list and camera', async (t) => {
    const terminal = await listenInTerminal(
      t,
      ...['--events', 'list.matched', '--lists', 'blocked', '--camera', 'gate-south'],
    );
    const read = { ...matchedEvent().data.read, camera: 'gate-south' };
    await topic.publish([
      readingEvent('other-type'),
      matchedEvent({ list: 'visitors', read }, 'other-list'),
      matchedEvent({}, 'other-camera'),
      matchedEvent({ read }, 'chosen'),
    ]);
    await terminal.shows(/list\.matched +gate-south +12가3456 +on the list blocked\r\n/);
    assert.doesNotMatch(terminal.shown(), /reading\.final|visitors|gate-north/);
  });

  test('a text that a terminal would obey is escaped, in rows and in JSON', async (t) => {
    const hostile = matchedEvent({ entry: { plate: '12가3456', note: 'paid\x1b[2J\u{202e}' } }, 'hostile');
    const terminal = await listenInTerminal(t);
    const child = spawnListen(t, '--json');
    const line = once(createInterface({ input: child.stdout }), 'line');
    await once(child.stderr, 'data');
    await topic.publish([hostile]);
    await terminal.shows(/on the list blocked: paid\\u\{1b\}\[2J\\u\{202e\}\r\n/);
    const json = String((await line)[0]);
    assert.match(json, /paid\\u001b\[2J\\u202e/);
    assert.deepEqual(JSON.parse(json), hostile);
  });

  test('a closed output ends it at the next event, and its queue is deleted', async (t) => {
    const child = spawnListen(t);
    await once(child.stderr, 'data');
    child.stdout.destroy();
    const exited = once(child, 'exit');
    await topic.publish([readingEvent()]);
    assert.deepEqual(await exited, [141, null]);
    assert.deepEqual([await listenQueues(), await subscribedQueues()], [[], []]);
  });

  test('a lost network is reported once, and what was published meanwhile is shown', async (t) => {
    const terminal = await listenInTerminal(t);
    const backAgain = stack.sqs.fail({
      when: ({ operation }) => operation === 'ReceiveMessage',
      times: Infinity,
      fault: { kind: 'lost-request' },
    });
    // Ends the request that waits already.
    await topic.publish([matchedEvent({}, 'before')]);
    await terminal.shows(/Trying again until this passes: Nothing answers at /);
    await topic.publish([readingEvent('meanwhile')]);
    backAgain();
    await terminal.shows(/reading\.final/);
  });

  test('deletes the queues that crashed listeners left a day ago, and no younger one', async (t) => {
    const secondsAgo = (seconds: number) => Math.floor(Date.now() / 1000) - seconds;
    const names = [90_000, 80_000].map((seconds) => `plateline-local-listen-${secondsAgo(seconds)}-0a1b2c3d`);
    for (const QueueName of names) {
      await sqs.send(new CreateQueueCommand({ QueueName }));
      const Endpoint = `arn:aws:sqs:ap-northeast-2:000000000000:${QueueName}`;
      await sns.send(new SubscribeCommand({ TopicArn: stack.eventsTopicArn, Protocol: 'sqs', Endpoint }));
    }
    const terminal = await listenInTerminal(t);
    terminal.type('\x03');
    await terminal.ended;
    assert.deepEqual(await subscribedQueues(), [names[1]]);
    assert.deepEqual(
      (await listenQueues()).map((url) => url.split('/').at(-1)),
      [names[1]],
    );
  });

  test('says that a stage has no topic, and leaves no queue behind', async () => {
    const { errors, status } = await runPlateline(['listen', ...common, '--stage', 'elsewhere']);
    assert.match(
      errors,
      /^error: There is no topic arn:aws:sns:ap-northeast-2:000000000000:plateline-elsewhere-events in .*\. Check --stage and --region; events=false leaves it out\.\n$/,
    );
    assert.equal(status, 1);
    const { QueueUrls = [] } = await sqs.send(
      new ListQueuesCommand({ QueueNamePrefix: 'plateline-elsewhere-' }),
    );
    assert.deepEqual(QueueUrls, []);
  });

  test('a queue that could not be deleted keeps its subscription, by which the next listener finds it', async (t) => {
    const terminal = await listenInTerminal(t);
    const backAgain = stack.sqs.fail({
      when: ({ operation }) => operation === 'DeleteQueue',
      times: Infinity,
      fault: { kind: 'lost-request' },
    });
    terminal.type('\x03');
    await terminal.shows(/The queue plateline-local-listen-\S+ could not be deleted\./);
    assert.equal(await terminal.ended, 130);
    backAgain();
    const left = (await listenQueues()).map((url) => url.split('/').at(-1));
    assert.ok(left.length > 0);
    assert.deepEqual((await subscribedQueues()).toSorted(), left.toSorted());
  });
});
