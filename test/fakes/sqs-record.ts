import type { SQSRecord } from 'aws-lambda';

type ReceivedMessage = {
  readonly messageId: string;
  readonly body: string;
  /** `receipt-` and the message's id if absent. */
  readonly receiptHandle?: string;
  /** 1 if absent. */
  readonly receiveCount?: number;
  readonly sentMs: number;
  readonly queueArn?: string;
};

/**
 * A message of SQS as Lambda hands it to the function (Lambda Developer Guide, "Using Lambda with Amazon
 * SQS").
 */
export function makeSqsRecord({
  messageId,
  body,
  receiptHandle = `receipt-${messageId}`,
  receiveCount = 1,
  sentMs,
  queueArn = 'arn:aws:sqs:ap-northeast-2:123456789012:plateline-test-pictures',
}: ReceivedMessage): SQSRecord {
  return {
    messageId,
    receiptHandle,
    body,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: String(sentMs),
      SenderId: 'AIDAJDPLRKLG7UEXAMPLE',
      ApproximateFirstReceiveTimestamp: String(sentMs),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: 'ap-northeast-2',
  };
}
