import assert from 'node:assert/strict';
import { beforeAll, describe, test } from 'vitest';
import { grantsOfRole, importedCommands, onlyLambda, sortedTexts, type Grant } from '../roles.ts';
import { deployedTemplate, resourceOf, statementsOf, type Template } from '../template.ts';

let prod: Template;

beforeAll(async () => {
  prod = await deployedTemplate(['--stage', 'prod']);
});

const getArn = (logicalId: string, attribute = 'Arn') => ({ 'Fn::GetAtt': [logicalId, attribute] });

const visits = getArn('VisitsTable');
const stream = getArn('ReadingsTable', 'StreamArn');
const logGroup = getArn('NotifyLogGroup');
const hashKey = {
  'Fn::Sub': 'arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/plateline/prod/hash-key',
};

/** The permissions that each SDK command needs, by the Service Authorization Reference. */
const grantsOfCommands: Readonly<Record<string, readonly Grant[]>> = {
  BatchGetItemCommand: [['dynamodb:BatchGetItem', visits]],
  GetItemCommand: [['dynamodb:GetItem', visits]],
  PutItemCommand: [['dynamodb:PutItem', visits]],
  QueryCommand: [
    ['dynamodb:Query', visits],
    ['dynamodb:Query', { 'Fn::Sub': '${VisitsTable.Arn}/index/byDue' }],
    ['dynamodb:Query', { 'Fn::Sub': '${ReadingsTable.Arn}/index/byCamera' }],
    ['dynamodb:Query', getArn('UsageTable')],
  ],
  ScanCommand: [['dynamodb:Scan', getArn('ListsTable')]],
  PublishBatchCommand: [['sns:Publish', { Ref: 'EventsTopic' }]],
  GetParametersCommand: [['ssm:GetParameters', hashKey]],
  PutParameterCommand: [['ssm:PutParameter', hashKey]],
};

/** The permissions that Lambda itself uses: to follow the stream, report lost records, log and trace. */
const grantsOfLambda: readonly Grant[] = [
  ['dynamodb:DescribeStream', stream],
  ['dynamodb:GetRecords', stream],
  ['dynamodb:GetShardIterator', stream],
  ['dynamodb:ListStreams', '*'],
  ['sqs:SendMessage', getArn('LostRecordsQueue')],
  ['logs:CreateLogStream', logGroup],
  ['logs:PutLogEvents', logGroup],
  ['xray:PutTraceSegments', '*'],
  ['xray:PutTelemetryRecords', '*'],
];

describe('the role of notify', () => {
  test('is that of the function, and only Lambda can assume it', () => {
    const { Properties } = resourceOf(prod, 'NotifyRole');
    assert.deepEqual(resourceOf(prod, 'NotifyLambdaFunction').Properties['Role'], getArn('NotifyRole'));
    assert.deepEqual(statementsOf(Properties['AssumeRolePolicyDocument']), onlyLambda);
    assert.equal(Properties['ManagedPolicyArns'], undefined);
  });

  test('allows exactly what the source and Lambda call, each on one resource', async () => {
    assert.deepEqual(await importedCommands('notify'), Object.keys(grantsOfCommands).toSorted());
    assert.deepEqual(
      sortedTexts(grantsOfRole(prod, 'NotifyRole')),
      sortedTexts([...Object.values(grantsOfCommands).flat(), ...grantsOfLambda]),
    );
  });

  test("reads of the table of readings its stream and a camera's newest pictures, and writes nothing", () => {
    const readings = sortedTexts(grantsOfRole(prod, 'NotifyRole')).filter((text) =>
      text.includes('ReadingsTable'),
    );
    assert.deepEqual(
      readings.map((text) => text.split(' ')[0]),
      ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:Query'],
    );
  });
});
