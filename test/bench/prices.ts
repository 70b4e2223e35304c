/**
 * AWS's prices in USD for US East (N. Virginia), the region of its own examples, without free tiers, as published
 * between 2024 (Lambda; DynamoDB, halved in November 2024) and March 2026 (SQS). Lambda's are checked against the
 * Price List; docs/scale.md says which others are not, and has those of Seoul: logs cost half more there.
 */
export const prices = {
  /** On arm64. */
  lambdaGigabyteSecond: 0.0000133334,
  lambdaRequest: 0.2e-6,
  /** A standard queue's, for up to 64 KB. */
  sqsRequest: 0.4e-6,
  /** On demand, standard class. */
  dynamodbWriteUnit: 0.625e-6,
  /** A consistent read of up to 4 KB. */
  dynamodbReadUnit: 0.125e-6,
  /** A request to SNS of up to 64 KB. */
  snsRequest: 0.5e-6,
  s3Put: 5e-6,
  s3Get: 0.4e-6,
  /** Ingested by CloudWatch Logs. */
  logByte: 0.5 / 1e9,
  /** Kept for a month. */
  s3GigabyteMonth: 0.023,
  dynamodbGigabyteMonth: 0.25,
  /** Point-in-time recovery, for the table without its indexes. */
  dynamodbRecoveryGigabyteMonth: 0.2,
  /** A standard alarm, for each metric that it watches. */
  alarmMetricMonth: 0.1,
  customMetricMonth: 0.3,
  dashboardMonth: 3,
  kmsKeyMonth: 1,
  /** A recorded trace. */
  xrayTrace: 5e-6,
} as const;

/** The prices and their dates, for the report. */
export const priceNote = `Prices in USD, US East (N. Virginia), without free tiers, as published between 2024 (Lambda) and March 2026 (SQS): Lambda on arm64 ${prices.lambdaGigabyteSecond} per GB-second and ${perMillion(prices.lambdaRequest)} per million requests; SQS ${perMillion(prices.sqsRequest)}, DynamoDB write units ${perMillion(prices.dynamodbWriteUnit)}, S3 PUT ${perMillion(prices.s3Put)} and GET ${perMillion(prices.s3Get)} per million; CloudWatch Logs ${(prices.logByte * 1e9).toFixed(2)} per GB.`;

function perMillion(price: number): string {
  return (price * 1e6).toFixed(3);
}
