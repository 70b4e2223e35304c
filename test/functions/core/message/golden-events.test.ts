import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { parseNotification } from '../../../../functions/core/message/notification.ts';

/** An event as the S3 User Guide documents it ("Event message structure"), with all its members. */
const documentedRecord = (
  eventVersion: string,
  eventName: string,
  object: Readonly<Record<string, unknown>>,
) => ({
  eventVersion,
  eventSource: 'aws:s3',
  awsRegion: 'us-west-2',
  eventTime: '1970-01-01T00:00:00.000Z',
  eventName,
  userIdentity: { principalId: 'AIDAJDPLRKLG7UEXAMPLE' },
  requestParameters: { sourceIPAddress: '127.0.0.1' },
  responseElements: {
    'x-amz-request-id': 'C3D13FE58DE4C810',
    'x-amz-id-2': 'FMyUVURIY8/IgAtTv8xRjskZQpcIZ9KG4V5Wp6S7S/JRWeUWerMUE5JgHvANOjpD',
  },
  s3: {
    s3SchemaVersion: '1.0',
    configurationId: 'testConfigRule',
    bucket: {
      name: 'amzn-s3-demo-bucket',
      ownerIdentity: { principalId: 'A3NL1KOZZKExample' },
      arn: 'arn:aws:s3:::amzn-s3-demo-bucket',
    },
    object: {
      key: 'HappyFace.jpg',
      size: 1024,
      eTag: 'd41d8cd98f00b204e9800998ecf8427e',
      sequencer: '0055AED6DCD90281E5',
      ...object,
    },
  },
});

const inS3 = (record: object) => JSON.stringify({ Records: [record] });

/** As Amazon SNS documents a notification to a queue without raw delivery. */
const inSns = (body: string) =>
  JSON.stringify({
    Type: 'Notification',
    MessageId: 'dc1e94d9-56c5-5e96-808d-cc7f68faa162',
    TopicArn: 'arn:aws:sns:us-east-2:111122223333:ExampleTopic1',
    Subject: 'Amazon S3 Notification',
    Message: body,
    Timestamp: '2021-02-16T21:41:19.978Z',
    SignatureVersion: '1',
    Signature: 'FMG5tlZhJNHLHUXvZgtZzlk24FzVa7oX0T4P03neeXw8ZEXZx6z35j2FOTuNYShn2h0bKNC',
    SigningCertURL: 'https://sns.us-east-2.amazonaws.com/SimpleNotificationService.pem',
    UnsubscribeURL: 'https://sns.us-east-2.amazonaws.com/?Action=Unsubscribe',
  });

/** As the S3 User Guide documents "Object Created" of EventBridge. */
const inEventBridge = (object: Readonly<Record<string, unknown>>) =>
  JSON.stringify({
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '111122223333',
    time: '2021-11-12T00:00:00Z',
    region: 'ca-central-1',
    resources: ['arn:aws:s3:::amzn-s3-demo-bucket1'],
    detail: {
      version: '0',
      bucket: { name: 'amzn-s3-demo-bucket1' },
      object: {
        key: 'example-key',
        size: 5,
        etag: 'b1946ac92492d2347c6235b4d2611184',
        'version-id': 'IYV3p45BT0ac8hjHg1houSdS1a.Mro8e',
        sequencer: '617f08299329d189',
        ...object,
      },
      'request-id': 'N4N7GDK58NMKJ12R',
      requester: '123456789012',
      'source-ip-address': '1.2.3.4',
      reason: 'PutObject',
    },
  });

const idsOf = (body: string) => {
  const { objects, faults } = parseNotification(body);
  assert.deepEqual(faults, []);
  return objects.map(({ imageId }) => imageId);
};

const plain = 's3://amzn-s3-demo-bucket/HappyFace.jpg?etag=d41d8cd98f00b204e9800998ecf8427e';

describe('an event as AWS documents it is read:', () => {
  for (const version of ['2.1', '2.2', '2.3', '2.4', '2.5']) {
    for (const name of ['Put', 'Post', 'Copy', 'CompleteMultipartUpload']) {
      test(`S3 notification ${version}, ObjectCreated:${name}, directly and through SNS`, () => {
        const body = inS3(documentedRecord(version, `ObjectCreated:${name}`, {}));
        assert.deepEqual(idsOf(body), [plain]);
        assert.deepEqual(idsOf(inSns(body)), [plain]);
      });
    }
  }

  for (const [what, object, imageId] of [
    [
      'a version',
      { versionId: '096fKKXTRTtl3on89fVO.nfljtsv6qko' },
      's3://amzn-s3-demo-bucket/HappyFace.jpg?versionId=096fKKXTRTtl3on89fVO.nfljtsv6qko',
    ],
    ['the version null, as with suspended versioning', { versionId: 'null' }, plain],
    ['no version, as JSON null', { versionId: null }, plain],
    ['the ETag of a multipart upload', { eTag: 'd41d8cd98f00b204e9800998ecf8427e-38' }, `${plain}-38`],
    ['a short sequencer', { sequencer: '0A' }, plain],
    ['a sequencer of 18 digits', { sequencer: '00692A3B9C4D5E6F70' }, plain],
    ['no sequencer', { sequencer: undefined }, plain],
    [
      'a key with an emoji, a line break, a quote and slashes in a row',
      { key: '/gate//%F0%9F%9A%97%0A%22.jpg' },
      's3://amzn-s3-demo-bucket//gate//%F0%9F%9A%97%0A%22.jpg?etag=d41d8cd98f00b204e9800998ecf8427e',
    ],
    [
      'a key that looks like a query',
      { key: 'gate/a%3FversionId%3Db%23c.jpg' },
      's3://amzn-s3-demo-bucket/gate/a%3FversionId%3Db%23c.jpg?etag=d41d8cd98f00b204e9800998ecf8427e',
    ],
    [
      'a form-encoded key with blanks, plus signs and percent signs',
      { key: 'gate/a+b%2Bc%2525.jpg' },
      's3://amzn-s3-demo-bucket/gate/a%20b%2Bc%2525.jpg?etag=d41d8cd98f00b204e9800998ecf8427e',
    ],
    [
      'a key in Korean',
      { key: '%EC%A0%95%EB%AC%B8/1.jpg' },
      's3://amzn-s3-demo-bucket/%EC%A0%95%EB%AC%B8/1.jpg?etag=d41d8cd98f00b204e9800998ecf8427e',
    ],
  ] as const) {
    test(`S3 notification with ${what}`, () => {
      for (const version of ['2.1', '2.5']) {
        const body = inS3(documentedRecord(version, 'ObjectCreated:Put', object));
        assert.deepEqual(idsOf(body), [imageId]);
        assert.deepEqual(idsOf(inSns(body)), [imageId]);
      }
    });
  }

  test('EventBridge, with a version and directly decoded key, and through SNS', () => {
    const imageId = 's3://amzn-s3-demo-bucket1/a%20b%2Bc.jpg?versionId=IYV3p45BT0ac8hjHg1houSdS1a.Mro8e';
    assert.deepEqual(idsOf(inEventBridge({ key: 'a b+c.jpg' })), [imageId]);
    assert.deepEqual(idsOf(inSns(inEventBridge({ key: 'a b+c.jpg' }))), [imageId]);
  });

  for (const [what, object, imageId] of [
    ['no version', { 'version-id': undefined }, 'example-key?etag=b1946ac92492d2347c6235b4d2611184'],
    ['the version null', { 'version-id': 'null' }, 'example-key?etag=b1946ac92492d2347c6235b4d2611184'],
    [
      'the ETag of a multipart upload',
      { 'version-id': undefined, etag: 'b1946ac92492d2347c6235b4d2611184-38' },
      'example-key?etag=b1946ac92492d2347c6235b4d2611184-38',
    ],
    [
      'a key with percent signs, which EventBridge does not encode',
      { key: 'gate/100%25.jpg' },
      'gate/100%2525.jpg?versionId=IYV3p45BT0ac8hjHg1houSdS1a.Mro8e',
    ],
  ] as const) {
    test(`EventBridge with ${what}`, () => {
      assert.deepEqual(idsOf(inEventBridge(object)), [`s3://amzn-s3-demo-bucket1/${imageId}`]);
    });
  }

  for (const type of ['Object Deleted', 'Object Restore Completed', 'Object Tags Added']) {
    test(`an event of EventBridge that creates no object is ignored: ${type}`, () => {
      assert.deepEqual(idsOf(inEventBridge({}).replace('Object Created', type)), []);
    });
  }

  test('the test event that S3 sends first, directly and through SNS', () => {
    const body = JSON.stringify({
      Service: 'Amazon S3',
      Event: 's3:TestEvent',
      Time: '2014-10-13T15:57:02.089Z',
      Bucket: 'amzn-s3-demo-bucket',
      RequestId: '5582815E1AEA5ADF',
      HostId: '8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE',
    });
    assert.deepEqual(idsOf(body), []);
    assert.deepEqual(idsOf(inSns(body)), []);
  });

  for (const name of [
    'ObjectRemoved:Delete',
    'ObjectRestore:Completed',
    'ObjectTagging:Put',
    'LifecycleTransition',
  ]) {
    test(`an event that creates no object is ignored: ${name}`, () => {
      assert.deepEqual(idsOf(inS3(documentedRecord('2.3', name, {}))), []);
    });
  }
});
