import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import path from 'node:path';
import * as z from 'zod';
import { passOn, startForwardingServer } from '../../../infra/local/aws/forwarding-server.ts';
import { localTarget } from '../../../infra/local/local-target.ts';
import type { LocalStack } from '../../../infra/local/stack.ts';
import { startDeploymentEndpoint } from '../deployment-endpoint.ts';

const { region, accountId } = localTarget;
export const alarmTopic = `arn:aws:sns:${region}:${accountId}:plateline-local-alarms`;

const templatePath = path.resolve(
  import.meta.dirname,
  '../../../.build/local/cloudformation-template-update-stack.json',
);
const alarmNamesIn = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Properties: z.object({ AlarmName: z.string().optional() }).default({}) }),
  ),
});

/** What a test can change while the account runs. */
type Script = {
  /** Invocations that Lambda may run at once. */
  concurrency: number;
  /** What CloudWatch has, by name. */
  alarms: readonly string[];
  /** What CloudWatch writes into the history of an alarm that rang. */
  alarmSummary: string;
  /** ARNs of the topic's subscriptions. */
  subscriptions: readonly string[];
  /** Whether the tables and buckets are there without a deployment. */
  hasResources: boolean;
  /** The state of the stack instead of what the deployments made of it. */
  stackStatus: string | undefined;
};

/**
 * An AWS account on this machine: S3, SQS, DynamoDB and Parameter Store are those of a local stack, and their
 * resources appear with the deployment; STS, CloudFormation, Lambda, CloudWatch and SNS give scripted replies.
 */
export async function startScriptedAccount(stack: LocalStack) {
  const deployment = await startDeploymentEndpoint({
    accountId,
    stackName: 'plateline-local',
    outputs: outputsOf(stack),
  });
  const { Resources: resources } = alarmNamesIn.parse(JSON.parse(readFileSync(templatePath, 'utf8')));
  const script: Script = {
    concurrency: 1000,
    alarms: Object.values(resources).flatMap(({ Properties: { AlarmName: name } }) => name ?? []),
    alarmSummary: `Successfully executed action ${alarmTopic}`,
    subscriptions: [`${alarmTopic}:1`],
    hasResources: false,
    stackStatus: undefined,
  };
  const hasResources = () => script.hasResources || deployment.stackActions.includes('ExecuteChangeSet');

  /** The server that answers a request; undefined where it is answered here. */
  const serverOf = async (
    incoming: IncomingMessage,
    outgoing: ServerResponse,
  ): Promise<string | undefined> => {
    const { url = '', headers, method } = incoming;
    const service = /([^/]+)\/aws4_request/.exec(headers.authorization ?? '')?.[1] ?? 's3';
    const operation = String(headers['x-amz-target']).split('.').at(-1) ?? '';
    const reply = (statusCode: number, body: string): string | undefined => {
      outgoing.writeHead(statusCode, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
      return undefined;
    };
    switch (service) {
      case 'sns':
        return reply(200, subscriptionsXml(script.subscriptions));
      case 'monitoring':
        return reply(200, JSON.stringify(await answerOfCloudWatch(incoming, operation, script)));
      case 'lambda':
        return url.includes('account-settings') ? reply(200, accountSettings(script)) : deployment.url;
      case 'dynamodb':
        if (!hasResources()) return reply(400, JSON.stringify({ __type: 'ResourceNotFoundException' }));
        // The local DynamoDB protects no table from deletion.
        return operation === 'UpdateTable' ? reply(200, '{}') : stack.gateway.url;
      case 'ssm':
        return operation === 'DeleteParameters' ? reply(200, '{}') : stack.gateway.url;
      case 's3':
        if (method === 'HEAD' && !hasResources()) return reply(404, '');
        return url.startsWith('/deployment') ? deployment.url : stack.gateway.url;
      case 'sqs':
        return stack.gateway.url;
      case 'cloudformation':
        if (script.stackStatus !== undefined) return reply(200, stackXml(script.stackStatus));
        return deployment.url;
      default:
        return deployment.url;
    }
  };

  const server = await startForwardingServer(0, async (incoming, outgoing, forward) => {
    const url = await serverOf(incoming, outgoing);
    if (url !== undefined) await passOn(await forward(incoming, url), outgoing);
  });
  return {
    url: server.url,
    script,
    stackActions: deployment.stackActions,
    stop: async () => {
      await server.stop();
      await deployment.stop();
    },
  };
}

/** The outputs of the stack that the script needs. */
export function outputsOf(stack: LocalStack) {
  return {
    PicturesBucketName: stack.bucket,
    CropsBucketName: stack.cropsBucket,
    PicturesDeadLetterQueueUrl: stack.deadLetterQueueUrl,
    ReadingsTableName: stack.tableName,
    AlarmTopicArn: alarmTopic,
  };
}

async function answerOfCloudWatch(
  incoming: IncomingMessage,
  operation: string,
  { alarms, alarmSummary }: Script,
): Promise<unknown> {
  const { AlarmName: name } = z.object({ AlarmName: z.string().optional() }).parse(await json(incoming));
  switch (operation) {
    case 'DescribeAlarms':
      return {
        MetricAlarms: alarms.map((AlarmName) => ({
          AlarmName,
          ActionsEnabled: true,
          AlarmActions: [alarmTopic],
        })),
      };
    case 'DescribeAlarmHistory':
      return { AlarmHistoryItems: [{ AlarmName: name, HistorySummary: alarmSummary }] };
    default:
      return {};
  }
}

function accountSettings({ concurrency }: Script): string {
  return JSON.stringify({
    AccountLimit: { UnreservedConcurrentExecutions: concurrency, TotalCodeSize: 80_530_636_800 },
    AccountUsage: { TotalCodeSize: 0 },
  });
}

function stackXml(status: string): string {
  return `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackStatus>${status}</StackStatus></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
}

function subscriptionsXml(arns: readonly string[]): string {
  const members = arns.map((arn) => `<member><SubscriptionArn>${arn}</SubscriptionArn></member>`).join('');
  return (
    '<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult>' +
    `<Subscriptions>${members}</Subscriptions>` +
    '</ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>'
  );
}
