import assert from 'node:assert/strict';
import path from 'node:path';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { localTarget } from '../../../../infra/local/local-target.ts';
import { startLocalStack, type LocalStack } from '../../../../infra/local/stack.ts';
import { readTemplate } from '../../../../infra/local/template/template.ts';
import { putItems, recordOf } from '../../put-items.ts';
import { runPlateline } from '../../run-plateline.ts';

const removedTable = 'plateline-removed-readings';
const templatePath = path.resolve(
  import.meta.dirname,
  '../../../../.build/local/cloudformation-template-update-stack.json',
);
const record = recordOf('gate/before.jpg', { lastFour: '3456' });

describe('the table that a removed stage left behind', () => {
  let stack: LocalStack;
  let dynamodb: DynamoDBClient;
  beforeAll(async () => {
    stack = await startLocalStack({ polling: false });
    dynamodb = new DynamoDBClient(stack.dynamodb.clientConfiguration);
    const { ReadingsTable } = readTemplate(templatePath, localTarget).tables;
    await dynamodb.send(new CreateTableCommand({ ...ReadingsTable, TableName: removedTable }));
    await waitUntilTableExists(
      { client: dynamodb, maxWaitTime: 10, minDelay: 0.1 },
      { TableName: removedTable },
    );
    await putItems(dynamodb, removedTable, [record]);
  });
  afterAll(async () => {
    dynamodb.destroy();
    await stack.stop();
  });

  for (const args of [
    ['find', '--last', '3456'],
    ['find', record.plate],
    ['show', record.imageId],
    ['export', '--camera', record.camera],
  ]) {
    test(`is still searched with --table: ${args.join(' ')}`, async () => {
      const { output, status } = await runPlateline([
        ...[...args, '--stage', 'local', '--table', removedTable, '--json'],
        ...['--endpoint-url', stack.gateway.url],
      ]);
      assert.equal(status, 0, output);
      assert.ok(output.includes('gate/before.jpg'));
    });
  }
});
