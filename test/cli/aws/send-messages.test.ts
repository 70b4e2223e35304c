import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { json } from 'node:stream/consumers';
import { SQSClient } from '@aws-sdk/client-sqs';
import { describe, test, type TestContext } from 'vitest';
import * as z from 'zod';
import { sendMessages } from '../../../cli/aws/send-messages.ts';
import { startServer } from '../../functions/adapters/start-server.ts';

const request = z.object({ Entries: z.array(z.object({ Id: z.string(), MessageBody: z.string() })) });

type Failure = { readonly code: string; readonly senderFault: boolean };

/** An SQS that fails for a body once for each of its failures. */
async function startQueue(t: TestContext, failures: Readonly<Record<string, Failure[]>>) {
  const requests: string[][] = [];
  const { url } = await startServer(t, (incoming, response) => {
    void json(incoming).then((body) => {
      const { Entries: entries } = request.parse(body);
      requests.push(entries.map(({ MessageBody }) => MessageBody));
      const results = entries.map((entry) => ({ ...entry, failure: failures[entry.MessageBody]?.shift() }));
      response.end(
        JSON.stringify({
          Successful: results
            .filter(({ failure }) => !failure)
            .map(({ Id, MessageBody }) => ({
              Id,
              MessageId: Id,
              MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
            })),
          Failed: results.flatMap(({ Id, failure }) =>
            failure ? [{ Id, Code: failure.code, SenderFault: failure.senderFault }] : [],
          ),
        }),
      );
    });
  });
  const sqs = new SQSClient({
    endpoint: url,
    region: 'ap-northeast-2',
    useQueueUrlAsEndpoint: false,
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });
  t.onTestFinished(() => {
    sqs.destroy();
  });
  return { requests, send: (...bodies: string[]) => sendMessages(sqs, `${url}/1/pictures`, bodies) };
}

describe('a batch of messages', () => {
  test('is sent again for the messages that SQS failed to accept', async (t) => {
    const failed = { code: 'InternalError', senderFault: false };
    const queue = await startQueue(t, { second: [failed, failed], third: [failed] });
    await queue.send('first', 'second', 'third');
    assert.deepEqual(queue.requests, [['first', 'second', 'third'], ['second', 'third'], ['second']]);
  });

  test('fails at once if SQS refuses a message', async (t) => {
    const queue = await startQueue(t, { second: [{ code: 'InvalidMessageContents', senderFault: true }] });
    await assert.rejects(queue.send('first', 'second'), {
      code: 'SQS_NOT_SENT',
      message: 'SQS did not accept a message (InvalidMessageContents).',
    });
    assert.equal(queue.requests.length, 1);
  });
});
