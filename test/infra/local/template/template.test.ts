import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, test } from 'vitest';
import { resolveIntrinsics } from '../../../../infra/local/template/intrinsics.ts';
import { readTemplate } from '../../../../infra/local/template/template.ts';

const deployment = { region: 'ap-northeast-2', accountId: '000000000000' };

const resources = {
  PicturesBucket: {
    Type: 'AWS::S3::Bucket',
    Properties: { BucketName: { 'Fn::Sub': 'pictures-${AWS::AccountId}-${AWS::Region}' } },
  },
  PicturesQueue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'pictures' } },
  ReadingsTable: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'readings' } },
  EventsTopic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'events' } },
  PicturesQueuePolicy: { Type: 'AWS::SQS::QueuePolicy', Properties: {} },
};
const resolve = (value: unknown) => resolveIntrinsics(value, resources, deployment);

describe('the template of the local stack', () => {
  test('resolves a Ref to the name of its resource', () => {
    assert.deepEqual(resolve({ Table: { Ref: 'ReadingsTable' }, Region: { Ref: 'AWS::Region' } }), {
      Table: 'readings',
      Region: 'ap-northeast-2',
    });
  });

  test('resolves Fn::GetAtt to an ARN, in both notations', () => {
    assert.deepEqual(
      resolve([{ 'Fn::GetAtt': ['PicturesQueue', 'Arn'] }, { 'Fn::GetAtt': 'PicturesBucket.Arn' }]),
      [
        'arn:aws:sqs:ap-northeast-2:000000000000:pictures',
        'arn:aws:s3:::pictures-000000000000-ap-northeast-2',
      ],
    );
  });

  test("resolves a table's stream to an ARN, and a topic's Ref to one, as CloudFormation does", () => {
    assert.deepEqual(resolve([{ 'Fn::GetAtt': ['ReadingsTable', 'StreamArn'] }, { Ref: 'EventsTopic' }]), [
      'arn:aws:dynamodb:ap-northeast-2:000000000000:table/readings/stream/local',
      'arn:aws:sns:ap-northeast-2:000000000000:events',
    ]);
  });

  test('substitutes in Fn::Sub as CloudFormation does', () => {
    const text = '${AWS::Partition} ${PicturesBucket} ${PicturesQueue.Arn} ${own} ${!literal}';
    assert.equal(
      resolve({ 'Fn::Sub': [text, { own: { Ref: 'ReadingsTable' } }] }),
      'aws pictures-000000000000-ap-northeast-2 arn:aws:sqs:ap-northeast-2:000000000000:pictures readings ${literal}',
    );
  });

  test('resolves Fn::Join', () => {
    assert.equal(resolve({ 'Fn::Join': ['/', ['a', { Ref: 'ReadingsTable' }, 'b']] }), 'a/readings/b');
  });

  test('refuses an unknown intrinsic function by name', () => {
    assert.throws(() => resolve({ Deep: [{ 'Fn::ImportValue': 'elsewhere' }] }), {
      code: 'TEMPLATE_NOT_FOLLOWED',
      message: /Fn::ImportValue/,
    });
  });

  test('refuses an unknown attribute by name', () => {
    assert.throws(() => resolve({ 'Fn::GetAtt': ['ReadingsTable', 'StreamLabel'] }), {
      code: 'TEMPLATE_NOT_FOLLOWED',
      message: /ReadingsTable\.StreamLabel/,
    });
  });

  test('refuses a reference to a missing resource by name', () => {
    for (const logicalId of ['PicturesQueuePolicy', 'Missing']) {
      assert.throws(() => resolve({ Ref: logicalId }), {
        code: 'TEMPLATE_NOT_FOLLOWED',
        message: new RegExp(logicalId),
      });
    }
  });

  const packaged = readFileSync('.build/local/cloudformation-template-update-stack.json', 'utf8');
  const changed = {
    'a notification that the local bucket would not send': ['s3:ObjectCreated:*', 's3:ObjectRemoved:*'],
    'a bucket that notifies a queue that no function reads': [
      '"Queue":{"Fn::GetAtt":["PicturesQueue"',
      '"Queue":{"Fn::GetAtt":["PicturesDeadLetterQueue"',
    ],
  };
  for (const [what, [from = '', to = '']] of Object.entries(changed)) {
    test(`refuses ${what}`, (context) => {
      const templatePath = path.join(tmpdir(), `plateline-template-${randomUUID()}.json`);
      context.onTestFinished(() => {
        rmSync(templatePath);
      });
      const compact = JSON.stringify(JSON.parse(packaged));
      assert.ok(compact.includes(from));
      writeFileSync(templatePath, compact.replace(from, to));
      assert.throws(() => readTemplate(templatePath, deployment), { code: 'TEMPLATE_NOT_FOLLOWED' });
    });
  }

  test('names the command that makes a missing package', () => {
    assert.throws(() => readTemplate('/nowhere/template.json', deployment), {
      code: 'PACKAGE_MISSING',
      message: /npm run package:local/,
    });
  });
});
