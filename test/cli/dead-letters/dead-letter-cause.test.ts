import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { deadLetterCause } from '../../../cli/dead-letters/dead-letter-cause.ts';
import type { StoredStatus } from '../../../cli/aws/stored-statuses.ts';
import { parseNotification } from '../../../functions/core/message/notification.ts';
import { makeS3Body, makeS3Record } from '../../fakes/s3-events.ts';

const picture = (key: string) => makeS3Record({ key, eTag: 'e' });
const imageId = (key: string) => `s3://pictures/${key}?etag=e`;
const throttled = { code: 'THROTTLED', message: 'The endpoint asked to wait.' };

const causeOf = (body: string, statuses: Record<string, StoredStatus> = {}, fault?: string) =>
  deadLetterCause(parseNotification(body), fault, new Map(Object.entries(statuses)));

describe('the cause of a dead letter', () => {
  test('is the reason why its picture waits', () => {
    const statuses = { [imageId('1.jpg')]: { status: 'PENDING', reason: throttled } } as const;
    assert.deepEqual(causeOf(makeS3Body(picture('1.jpg')), statuses, 'Too old.'), {
      ...throttled,
      ifMoved: 'read',
    });
  });

  test('is that of the waiting picture if another picture of the message is done', () => {
    const statuses = {
      [imageId('1.jpg')]: { status: 'REJECTED', reason: { code: 'EMPTY', message: 'The object is empty.' } },
      [imageId('2.jpg')]: { status: 'PENDING', reason: throttled },
    } as const;
    assert.equal(causeOf(makeS3Body(picture('1.jpg'), picture('2.jpg')), statuses).code, 'THROTTLED');
  });

  test('is gone, and a move costs no call, if every picture has its final record', () => {
    const statuses = { [imageId('1.jpg')]: { status: 'READ' } } as const;
    const cause = causeOf(makeS3Body(picture('1.jpg')), statuses);
    assert.deepEqual([cause.code, cause.ifMoved], ['DONE', 'done']);
  });

  test('is why a picture is unavailable, and a move tries it again', () => {
    const archived = { code: 'ARCHIVED', message: 'The object is archived.' };
    const statuses = { [imageId('1.jpg')]: { status: 'UNAVAILABLE', reason: archived } } as const;
    assert.deepEqual(causeOf(makeS3Body(picture('1.jpg')), statuses), { ...archived, ifMoved: 'read' });
  });

  test('distinguishes a picture without a record from one without a reason', () => {
    const body = makeS3Body(picture('1.jpg'));
    assert.equal(causeOf(body).code, 'NO_RECORD');
    assert.equal(causeOf(body, { [imageId('1.jpg')]: { status: 'PENDING' } }).code, 'NO_REASON');
  });

  test('is the fault of a message that is not an S3 notification and would come back', () => {
    assert.deepEqual(causeOf('hello', {}, 'The body is not JSON.'), {
      code: 'NO_NOTIFICATION',
      message: 'The body is not JSON.',
      ifMoved: 'returns',
    });
    assert.equal(causeOf('hello').message, 'The body is not JSON.');
  });

  test('makes a message with a picture and something unreadable come back', () => {
    assert.equal(causeOf(makeS3Body(picture('1.jpg'), { eventSource: 'other' })).ifMoved, 'returns');
  });

  test('says that a message announces no new object', () => {
    const cause = causeOf(makeS3Body(makeS3Record({ key: '1.jpg' }, { eventName: 'ObjectRemoved:Delete' })));
    assert.deepEqual([cause.code, cause.ifMoved], ['NOTHING_NEW', 'done']);
  });
});
