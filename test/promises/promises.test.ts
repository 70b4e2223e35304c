import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { rulesVersion } from '../../functions/core/plate/plate-rules.ts';
import type { Answer } from '../../infra/local/endpoint/endpoint-script.ts';
import { isFinal, isWaiting, pictureOf, plateBox, startPipeline } from './pipeline.ts';

describe('every created object ends as exactly one final record, or its message in the dead-letter queue', () => {
  test('thirty pictures, thirty records, an empty queue', async (t) => {
    const pipeline = await startPipeline();
    t.onTestFinished(() => pipeline.stop());
    const keys = Array.from({ length: 30 }, (_, index) => `gate/${index}.png`);
    await Promise.all(keys.map((key, index) => pipeline.upload(key, pictureOf(`${10 + index}가1111`))));
    await Promise.all(keys.map((key) => pipeline.recordOf(key, isFinal)));
    await pipeline.queueIsEmpty();
    assert.equal((await pipeline.records()).length, keys.length);
    assert.equal(await pipeline.deadLetterCount(), 0);
  });

  test('a picture that never could be read has its message in the dead-letter queue, and its reason in the table', async (t) => {
    const pipeline = await startPipeline({ maxReceiveCount: 1 });
    t.onTestFinished(() => pipeline.stop());
    pipeline.stack.vehiclePlateEndpoint.script({ answer: { kind: 'failure', resultCode: 5000001 } });
    await pipeline.upload('waits.png', pictureOf('11가1111'));
    const [message] = await pipeline.deadLetters(1);
    assert.ok(message?.Body?.includes('waits.png'));
    assert.ok(isWaiting(await pipeline.recordOf('waits.png', isWaiting)));
  });
});

describe('a picture with a final record never costs another call', () => {
  test('a second delivery of the same event costs no second call', async (t) => {
    const pipeline = await startPipeline();
    t.onTestFinished(() => pipeline.stop());
    const event = { Records: [await pipeline.uploadQuietly('once.png', pictureOf('11가1111'))] };
    await pipeline.send(event);
    const first = await pipeline.recordOf('once.png', isFinal);
    await pipeline.send(event, event);
    await pipeline.queueIsEmpty();
    assert.deepEqual(await pipeline.recordOf('once.png', isFinal), first);
    assert.equal(pipeline.stack.vehiclePlateEndpoint.calls.length, 1);
  });

  test('two deliveries at the same instant, to two sandboxes, cost one call', async (t) => {
    const pipeline = await startPipeline({ polling: false });
    t.onTestFinished(() => pipeline.stop());
    const record = await pipeline.uploadQuietly('once.png', pictureOf('11가1111'));
    pipeline.stack.vehiclePlateEndpoint.script({ delayMs: 300 });
    const readPlate = pipeline.stack.functionOf('read-plate');
    const sandboxes = [readPlate.createSandbox(), readPlate.createSandbox()];
    const results = await Promise.all(
      sandboxes.map((sandbox, index) => sandbox.invoke(sqsEvent(`message-${index}`, { Records: [record] }))),
    );
    const failures = results.map((result) => (result.kind === 'returned' ? result.json : result.kind));
    assert.deepEqual(failures.filter((json) => json === '{"batchItemFailures":[]}').length, 1);
    assert.equal(failures.filter((json) => /itemIdentifier":"message-[01]"/.test(json)).length, 1);
    assert.equal(pipeline.stack.vehiclePlateEndpoint.calls.length, 1);
    assert.equal((await pipeline.recordOf('once.png', isFinal))['status'], 'READ');
  });

  test('a redrive of what already has its record costs no call', async (t) => {
    const pipeline = await startPipeline();
    t.onTestFinished(() => pipeline.stop());
    const event = { Records: [await pipeline.uploadQuietly('once.png', pictureOf('11가1111'))] };
    await pipeline.send(event);
    await pipeline.recordOf('once.png', isFinal);
    await pipeline.queueIsEmpty();
    await pipeline.stack.killSandboxes();
    await pipeline.send(event);
    await pipeline.queueIsEmpty();
    assert.equal(pipeline.stack.vehiclePlateEndpoint.calls.length, 1);
  });
});

describe('a record belongs to bytes, not to a name', () => {
  test('an overwritten key makes a new record next to the old one', async (t) => {
    const pipeline = await startPipeline();
    t.onTestFinished(() => pipeline.stop());
    await pipeline.upload('gate.png', pictureOf('11가1111'));
    const first = await pipeline.recordOf('gate.png', isFinal);
    await pipeline.upload('gate.png', pictureOf('22가2222'));
    const both = await pipeline.recordsOf('gate.png', (found) => found.filter(isFinal).length === 2);
    assert.deepEqual(new Set(both.map(({ plate }) => plate)), new Set(['11가1111', '22가2222']));
    assert.deepEqual(
      both.find(({ imageId }) => imageId === first['imageId']),
      first,
    );
  });
});

describe(
  'an outage of the endpoint needs nobody: pictures wait and are then read',
  { concurrent: true },
  () => {
    const outages = {
      'the endpoint fails': { kind: 'reply', status: 503, body: 'down for maintenance' },
      'the endpoint is throttled': { kind: 'failure', resultCode: 4291000, status: 429 },
      'the credentials are bad': { kind: 'failure', resultCode: 4010001, status: 401 },
      'the address is wrong': { kind: 'reply', status: 404, body: 'no such page' },
    } as const satisfies Record<string, Answer>;

    for (const [name, answer] of Object.entries(outages)) {
      test(name, async (t) => {
        const pipeline = await startPipeline();
        t.onTestFinished(() => pipeline.stop());
        const end = pipeline.stack.vehiclePlateEndpoint.script({ answer });
        await pipeline.upload('waits.png', pictureOf('11가1111'));
        const waiting = await pipeline.recordOf('waits.png', isWaiting);
        assert.equal(waiting['attempts'], 1);
        end();
        const record = await pipeline.recordOf('waits.png', isFinal);
        assert.deepEqual([record['plate'], record['attempts'], record['reason']], ['11가1111', 2, undefined]);
        await pipeline.queueIsEmpty();
      });
    }
  },
);

describe('one bad picture, message or reply harms only itself', () => {
  test('in one batch with a bad one of each kind, a good picture is read', async (t) => {
    const pipeline = await startPipeline({ polling: false });
    t.onTestFinished(() => pipeline.stop());
    pipeline.stack.vehiclePlateEndpoint.script({ times: 1, answer: { kind: 'drop' } });
    await pipeline.upload('bad picture.png', Buffer.from('no picture'));
    await pipeline.send('no message');
    await pipeline.upload('first.png', pictureOf('11가1111'));
    await pipeline.upload('second.png', pictureOf('22가2222'));
    pipeline.stack.startPolling();
    assert.equal((await pipeline.recordOf('first.png', isFinal))['plate'], '11가1111');
    assert.equal((await pipeline.recordOf('second.png', isFinal))['plate'], '22가2222');
    assert.equal((await pipeline.recordOf('bad picture.png', isFinal))['status'], 'REJECTED');
    assert.equal((await pipeline.deadLetters(1)).length, 1);
  });
});

describe('the secret goes to the configured origin only, and no plate is in a log', () => {
  test('whatever the endpoint answers, neither key nor plate is in a log line, and no key in a record', async (t) => {
    const plate = '77무7777';
    const pipeline = await startPipeline();
    t.onTestFinished(() => pipeline.stop());
    const { appKey, secretKey, vehiclePlateEndpoint } = pipeline.stack;
    const telltale = {
      isSuccessful: false,
      resultCode: 4000002,
      resultMessage: `${secretKey} ${appKey} ${plate}`,
    };
    const answers: Answer[] = [
      { kind: 'truth' },
      { kind: 'reply', body: JSON.stringify({ header: telltale }) },
      { kind: 'reply', body: `${secretKey} ${appKey} ${plate}` },
      {
        kind: 'reply',
        status: 302,
        headers: { location: `http://127.0.0.1:9/${appKey}?${secretKey}` },
        body: '',
      },
      { kind: 'reply', status: 401, body: `${secretKey} is wrong` },
      { kind: 'drop' },
    ];
    for (const [index, answer] of answers.entries()) {
      const lift = vehiclePlateEndpoint.script({ answer });
      await pipeline.upload(`${index}.png`, pictureOf({ plate, confidence: index / 10, box: plateBox }));
      await pipeline.recordOf(`${index}.png`, (record) => isFinal(record) || isWaiting(record));
      lift();
    }
    const log = pipeline.log.join('\n');
    const records = JSON.stringify(await pipeline.records());
    for (const secret of [appKey, secretKey]) {
      assert.equal(log.includes(secret), false);
      assert.equal(records.includes(secret), false);
    }
    assert.equal(log.includes(plate), false);
    assert.ok(records.includes(plate));
  });

  test('in a request to the endpoint the secret is in Authorization, bare, and nowhere else', async (t) => {
    const pipeline = await startPipeline();
    t.onTestFinished(() => pipeline.stop());
    await pipeline.upload('gate.png', pictureOf('11가1111'));
    await pipeline.recordOf('gate.png', isFinal);
    const [call] = pipeline.stack.vehiclePlateEndpoint.calls;
    const { authorization, ...otherHeaders } = call?.headers ?? {};
    assert.equal(authorization, pipeline.stack.secretKey);
    assert.equal(
      JSON.stringify({ otherHeaders, path: call?.path }).includes(pipeline.stack.secretKey),
      false,
    );
  });
});

describe('failures speak', () => {
  test('a picture that is not read has a code and a sentence in its record, a metric and a line in the log', async (t) => {
    const pipeline = await startPipeline();
    t.onTestFinished(() => pipeline.stop());
    await pipeline.upload('gate/text.png', Buffer.from('no picture'));
    const record = await pipeline.recordOf('gate/text.png', isFinal);
    assert.deepEqual(record['reason'], {
      code: 'UNKNOWN_FILE_TYPE',
      message: 'The bytes are no picture of a known type.',
    });
    await pipeline.queueIsEmpty();
    assert.ok(pipeline.log.some((line) => line.includes('"Rejected":1')));
    assert.ok(
      pipeline.log.some((line) => line.includes('UNKNOWN_FILE_TYPE') && line.includes('gate/text.png')),
    );
  });
});

test('from upload to table the record has all that it promises, hangul included', async (t) => {
  const pipeline = await startPipeline({
    environment: { KEY_TEMPLATE: '{camera}/{yyyy}/{MM}/{dd}/{HH}{mm}{ss}.png' },
    uploadTimeOf: () => new Date('2026-11-22T08:00:00Z'),
  });
  t.onTestFinished(() => pipeline.stop());
  const { eTag, versionId } = await pipeline.upload(
    '정문/2026/11/22/081500.png',
    pictureOf('서울 12바 5215'),
  );
  const { uploadedAt, readAt, expiresAt, sizeBytes, ...record } = await pipeline.recordOf(
    '정문/2026/11/22/081500.png',
    isFinal,
  );
  const { bucket } = pipeline.stack;
  assert.deepEqual(record, {
    imageId: `s3://${bucket}/%EC%A0%95%EB%AC%B8/2026/11/22/081500.png?versionId=${versionId}`,
    status: 'READ',
    plate: '서울 12바 5215',
    confidence: 0.9,
    box: plateBox,
    plates: [{ plate: '서울 12바 5215', confidence: 0.9, box: plateBox }],
    plateKey: '서울12바5215',
    plateClass: 'commercial',
    region: '서울',
    vehicleKind: 'car',
    verdict: 'valid',
    rulesVersion,
    needsReview: false,
    lastFour: '5215',
    resolution: 'normal',
    fileType: 'png',
    width: 1280,
    height: 720,
    bucket,
    key: '정문/2026/11/22/081500.png',
    versionId,
    etag: eTag,
    camera: '정문',
    capturedAt: '2026-11-21T23:15:00.000Z',
    capturedAtSource: 'key',
    attempts: 1,
    calls: 1,
  });
  assert.equal(sizeBytes, pictureOf('서울 12바 5215').length);
  assert.ok(String(uploadedAt) <= String(readAt));
  assert.equal(Number(expiresAt), Math.floor(Date.parse(String(readAt)) / 1000) + 90 * 24 * 3600);
});

test('the first picture of a sandbox does not wait for the keys: they are asked for while it is claimed', async (t) => {
  const pipeline = await startPipeline();
  t.onTestFinished(() => pipeline.stop());
  const { ssm, s3, dynamodb } = pipeline.stack;
  const askedFor: string[] = [];
  const note = (what: string) => {
    askedFor.push(what);
    return false;
  };
  ssm.fail({ when: () => note('keys'), fault: { kind: 'lost-request' } });
  s3.fail({ when: ({ method }) => method === 'GET' && note('picture'), fault: { kind: 'lost-request' } });
  dynamodb.fail({
    when: ({ operation }) => operation === 'UpdateItem',
    fault: { kind: 'delay', delayMs: 500 },
  });
  await pipeline.upload('gate/first.png', pictureOf('11가1111'));
  await pipeline.recordOf('gate/first.png', isFinal);
  assert.deepEqual([...new Set(askedFor)], ['keys', 'picture']);
});

/** What Lambda hands to the function for one message. */
function sqsEvent(messageId: string, body: unknown) {
  return {
    Records: [
      {
        messageId,
        receiptHandle: messageId,
        body: JSON.stringify(body),
        attributes: {
          ApproximateReceiveCount: '1',
          ApproximateFirstReceiveTimestamp: '0',
          SenderId: 'AIDA',
          SentTimestamp: String(Date.now()),
        },
        messageAttributes: {},
        md5OfBody: '',
        eventSource: 'aws:sqs',
        eventSourceARN: 'arn:aws:sqs:ap-northeast-2:000000000000:plateline-local-pictures',
        awsRegion: 'ap-northeast-2',
      },
    ],
  };
}
