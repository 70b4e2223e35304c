import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SNSClient } from '@aws-sdk/client-sns';
import {
  configurationOf,
  createDynamoDBClient,
  createS3Client,
  createSqsClient,
  createSsmClient,
  createStsClient,
  explainErrors,
} from '../../cli/aws/clients.ts';

/** Clients of all services that the script asks. Their errors are CommandErrors where a person can help. */
export function createClients(connection: Parameters<typeof configurationOf>[0]) {
  const configuration = configurationOf(connection);
  const cloudFormation = new CloudFormationClient(configuration);
  cloudFormation.middlewareStack.add(explainErrors('CloudFormation', cloudFormation, connection));
  const cloudWatch = new CloudWatchClient(configuration);
  cloudWatch.middlewareStack.add(explainErrors('CloudWatch', cloudWatch, connection));
  const lambda = new LambdaClient(configuration);
  lambda.middlewareStack.add(explainErrors('Lambda', lambda, connection));
  const sns = new SNSClient(configuration);
  sns.middlewareStack.add(explainErrors('SNS', sns, connection));
  return {
    cloudFormation,
    cloudWatch,
    dynamodb: createDynamoDBClient(connection),
    lambda,
    s3: createS3Client(connection),
    sns,
    sqs: createSqsClient(connection),
    ssm: createSsmClient(connection),
    sts: createStsClient(connection),
  };
}

export type Clients = ReturnType<typeof createClients>;
