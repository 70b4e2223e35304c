import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { SSMClient } from '@aws-sdk/client-ssm';

/** Where the console reads and writes, with the user's own credentials. */
export type ConsoleSource = {
  readonly dynamodb: DynamoDBClient;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly ssm: SSMClient;
  readonly stage: string;
  /** Under whose name the console writes; undefined where it only reads. */
  readonly writer: string | undefined;
  /** Where the page uploads to; undefined where the console only reads. */
  readonly bucket: string | undefined;
  readonly readingsTable: string;
  readonly usageTable: string;
  readonly listsTable: string;
  readonly visitsTable: string;
  readonly queue: string;
  readonly deadLetterQueue: string;
  readonly hashKeyParameter: string;
};
