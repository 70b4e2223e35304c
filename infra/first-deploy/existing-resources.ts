import { DescribeStacksCommand, type CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { HeadBucketCommand, type S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';

const coded = z.object({ code: z.string() });
const named = z.object({ name: z.string() });

const stacks = z.object({
  Stacks: z.tuple([
    z.object({
      StackStatus: z.string(),
      Outputs: z.array(z.object({ OutputKey: z.string(), OutputValue: z.string() })).default([]),
    }),
  ]),
});

/** A stack of CloudFormation. */
type Stack = { readonly status: string; readonly outputs: ReadonlyMap<string, string> };

export function stackNameOf(stage: string): string {
  return `plateline-${stage}`;
}

/** The stack of a stage; undefined where there is none. */
export async function describeStack(
  cloudFormation: CloudFormationClient,
  stage: string,
): Promise<Stack | undefined> {
  const description = await unless(
    // CloudFormation's answer for a stack that does not exist; a well-formed name causes no other.
    (error) => named.safeParse(error).data?.name === 'ValidationError',
    cloudFormation.send(new DescribeStacksCommand({ StackName: stackNameOf(stage) })),
  );
  if (description === undefined) return undefined;
  const [{ StackStatus: status, Outputs: outputs }] = stacks.parse(description).Stacks;
  return { status, outputs: new Map(outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])) };
}

export async function tableExists(dynamodb: DynamoDBClient, name: string): Promise<boolean> {
  const answer = await unless(
    (error) => coded.safeParse(error).data?.code === 'NO_TABLE',
    dynamodb.send(new DescribeTableCommand({ TableName: name })),
  );
  return answer !== undefined;
}

export async function bucketExists(s3: S3Client, name: string): Promise<boolean> {
  const answer = await unless(
    // The answer to a HEAD request has no body, so this is no NoSuchBucket.
    (error) => named.safeParse(error).data?.name === 'NotFound',
    s3.send(new HeadBucketCommand({ Bucket: name })),
  );
  return answer !== undefined;
}

/** Undefined where the answer is this error. */
async function unless<Answer>(
  isExpected: (error: unknown) => boolean,
  answer: Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isExpected(error)) return undefined;
    throw error;
  }
}
