type CreatedObject = {
  readonly key: string;
  readonly size?: number;
  readonly eTag?: string;
  readonly versionId?: string | null;
};

/**
 * One record as S3 writes it into its notifications (S3 User Guide, "Event message structure"); `key` is
 * form-encoded there.
 */
export function makeS3Record(object: CreatedObject, differences: Readonly<Record<string, unknown>> = {}) {
  return {
    eventVersion: '2.1',
    eventSource: 'aws:s3',
    awsRegion: 'ap-northeast-2',
    eventTime: '2026-11-22T08:15:00.000Z',
    eventName: 'ObjectCreated:Put',
    s3: {
      s3SchemaVersion: '1.0',
      configurationId: 'pictures',
      bucket: { name: 'pictures', ownerIdentity: { principalId: 'A1' }, arn: 'arn:aws:s3:::pictures' },
      object: {
        size: 1000,
        eTag: '0123456789abcdef0123456789abcdef',
        sequencer: '0055AED6DCD90281E5',
        ...object,
      },
    },
    ...differences,
  };
}

/** A message body as S3 sends it. */
export function makeS3Body(...records: readonly unknown[]): string {
  return JSON.stringify({ Records: records });
}

/** The same body as an SNS topic delivers it without raw message delivery. */
export function wrapInSns(body: string): string {
  return JSON.stringify({
    Type: 'Notification',
    MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
    TopicArn: 'arn:aws:sns:ap-northeast-2:123456789012:pictures',
    Subject: 'Amazon S3 Notification',
    Message: body,
    Timestamp: '2026-11-22T08:15:01.000Z',
  });
}

/** An "Object Created" event as EventBridge delivers it; its `key` is not encoded. */
export function makeEventBridgeBody(
  object: Readonly<Record<string, unknown>>,
  differences: Readonly<Record<string, unknown>> = {},
): string {
  return JSON.stringify({
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': 'Object Created',
    source: 'aws.s3',
    account: '123456789012',
    time: '2026-11-22T08:15:00Z',
    region: 'ap-northeast-2',
    resources: ['arn:aws:s3:::pictures'],
    detail: {
      version: '0',
      bucket: { name: 'pictures' },
      object: {
        size: 1000,
        etag: '0123456789abcdef0123456789abcdef',
        sequencer: '00617F08299329D189',
        ...object,
      },
      'request-id': 'N4N7GDK58NMKJ12R',
      reason: 'PutObject',
    },
    ...differences,
  });
}
