import assert from 'node:assert/strict';
import { beforeAll, describe, test } from 'vitest';
import { grantsOfRole, importedCommands, onlyLambda, sortedTexts, type Grant } from '../roles.ts';
import { deployedTemplate, resourceOf, statementsOf, type Template } from '../template.ts';

let prod: Template;

beforeAll(async () => {
  prod = await deployedTemplate(['--stage', 'prod']);
});

const getArn = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

const queue = getArn('WebhooksQueue');
const deadLetterQueue = getArn('WebhooksDeadLetterQueue');
const table = getArn('WebhooksTable');
const logGroup = getArn('DeliverWebhookLogGroup');
const secrets = {
  'Fn::Sub': 'arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/plateline/prod/webhooks/*',
};

/** The permissions that each SDK command needs, by the Service Authorization Reference. */
const grantsOfCommands: Readonly<Record<string, readonly Grant[]>> = {
  ChangeMessageVisibilityBatchCommand: [['sqs:ChangeMessageVisibility', queue]],
  GetQueueAttributesCommand: [['sqs:GetQueueAttributes', queue]],
  GetQueueUrlCommand: [
    ['sqs:GetQueueUrl', queue],
    ['sqs:GetQueueUrl', deadLetterQueue],
  ],
  SendMessageBatchCommand: [['sqs:SendMessage', queue]],
  SendMessageCommand: [['sqs:SendMessage', deadLetterQueue]],
  PutItemCommand: [['dynamodb:PutItem', table]],
  QueryCommand: [['dynamodb:Query', table]],
  UpdateItemCommand: [['dynamodb:UpdateItem', table]],
  GetParametersCommand: [['ssm:GetParameters', secrets]],
};

/** The permissions that Lambda itself uses: to consume the queue, log and trace. */
const grantsOfLambda: readonly Grant[] = [
  ['sqs:ReceiveMessage', queue],
  ['sqs:DeleteMessage', queue],
  ['sqs:GetQueueAttributes', queue],
  ['logs:CreateLogStream', logGroup],
  ['logs:PutLogEvents', logGroup],
  ['xray:PutTraceSegments', '*'],
  ['xray:PutTelemetryRecords', '*'],
];

describe('the role of deliver-webhook', () => {
  test('is that of the function, and only Lambda can assume it', () => {
    const { Properties } = resourceOf(prod, 'DeliverWebhookRole');
    const { Role } = resourceOf(prod, 'DeliverWebhookLambdaFunction').Properties;
    assert.deepEqual(Role, getArn('DeliverWebhookRole'));
    assert.deepEqual(statementsOf(Properties['AssumeRolePolicyDocument']), onlyLambda);
    assert.equal(Properties['ManagedPolicyArns'], undefined);
  });

  test('allows exactly what the source and Lambda call, each on one resource', async () => {
    assert.deepEqual(await importedCommands('deliver-webhook'), Object.keys(grantsOfCommands).toSorted());
    assert.deepEqual(
      sortedTexts(grantsOfRole(prod, 'DeliverWebhookRole')),
      sortedTexts([...Object.values(grantsOfCommands).flat(), ...grantsOfLambda]),
    );
  });
});

describe('the queue of webhooks', () => {
  test('outlasts six invocations, and gives up only what dies a thousand times', () => {
    const { VisibilityTimeout, RedrivePolicy } = resourceOf(prod, 'WebhooksQueue').Properties;
    const { Timeout } = resourceOf(prod, 'DeliverWebhookLambdaFunction').Properties;
    assert.equal(VisibilityTimeout, 6 * Number(Timeout));
    assert.deepEqual(RedrivePolicy, { deadLetterTargetArn: deadLetterQueue, maxReceiveCount: 1000 });
  });

  test('gets every event of the topic as it is, and takes messages of SNS from that topic only', () => {
    assert.deepEqual(resourceOf(prod, 'WebhooksSubscription').Properties, {
      TopicArn: { Ref: 'EventsTopic' },
      Protocol: 'sqs',
      Endpoint: queue,
      RawMessageDelivery: true,
    });
    const [allowed] = statementsOf(resourceOf(prod, 'WebhooksQueuePolicy').Properties['PolicyDocument']);
    assert.deepEqual(allowed?.Principal, { Service: 'sns.amazonaws.com' });
    assert.deepEqual(allowed.Action, ['sqs:SendMessage']);
    assert.deepEqual(allowed.Condition, { ArnEquals: { 'aws:SourceArn': { Ref: 'EventsTopic' } } });
  });

  test('refuses requests without TLS, as its dead-letter queue does', () => {
    for (const policy of ['WebhooksQueuePolicy', 'WebhooksDeadLetterQueuePolicy']) {
      const denied = statementsOf(resourceOf(prod, policy).Properties['PolicyDocument']).filter(
        ({ Effect }) => Effect === 'Deny',
      );
      assert.deepEqual(
        denied.map(({ Action, Condition }) => ({ Action, Condition })),
        [{ Action: ['sqs:*'], Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
      );
    }
  });
});

test('webhooks go to public addresses only, unless the parameter says otherwise', async () => {
  const addresses = (template: Template) =>
    JSON.stringify(resourceOf(template, 'DeliverWebhookLambdaFunction').Properties['Environment']);
  assert.match(addresses(prod), /"WEBHOOK_ADDRESSES":"public"/);
  const open = await deployedTemplate(['--stage', 'prod', '--param', 'webhookAddresses=any']);
  assert.match(addresses(open), /"WEBHOOK_ADDRESSES":"any"/);
});
