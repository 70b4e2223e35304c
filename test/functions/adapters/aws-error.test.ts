import assert from 'node:assert/strict';
import { test } from 'vitest';
import { fromAwsError } from '../../../functions/adapters/aws-error.ts';

function awsErrorNamed(name: string, httpStatusCode?: number): Error {
  return Object.assign(new Error('hidden-text'), {
    name,
    $metadata: { ...(httpStatusCode === undefined ? {} : { httpStatusCode }) },
  });
}

test('the code names the system and the error', () => {
  const { code } = fromAwsError('DynamoDB', awsErrorNamed('ThrottlingException', 400));
  assert.equal(code, 'DYNAMODB_THROTTLINGEXCEPTION');
});

test('the message names the system, the error and the HTTP status', () => {
  const { message } = fromAwsError('S3', awsErrorNamed('SlowDown', 503));
  assert.equal(message, 'A request to S3 failed: SlowDown (HTTP 503).');
});

test('an error without a reply has no HTTP status', () => {
  const { message } = fromAwsError('SQS', awsErrorNamed('TimeoutError'));
  assert.equal(message, 'A request to SQS failed: TimeoutError.');
});

test('the text of the error is left out', () => {
  const { code, message } = fromAwsError('SSM', awsErrorNamed('SyntaxError', 200));
  assert.doesNotMatch(`${code} ${message}`, /hidden-text/i);
});

test('a name that is no name is left out', () => {
  const { code, message } = fromAwsError('SSM', awsErrorNamed('hidden-text: {"Value":'));
  assert.equal(code, 'SSM_UNKNOWNERROR');
  assert.doesNotMatch(message, /hidden-text/);
});

test('the error itself is the cause', () => {
  const error = awsErrorNamed('SlowDown', 503);
  assert.equal(fromAwsError('S3', error).cause, error);
});
