import assert from 'node:assert/strict';
import { test } from 'vitest';
import { resourcesOf } from '../../../cli/aws/resources.ts';
import { readTemplate } from '../../../infra/local/template/template.ts';

test('the names of a stage are those that its stack is deployed with', () => {
  const template = readTemplate('.build/local/cloudformation-template-update-stack.json', {
    region: 'ap-northeast-2',
    accountId: '000000000000',
  });
  assert.deepEqual(resourcesOf({ stage: 'local' }), {
    readingsTable: template.readingsTable.TableName,
    usageTable: template.usageTable.TableName,
    queue: template.queue.name,
    deadLetterQueue: template.deadLetterQueue.name,
    appKeyParameter: template.function.environment['APP_KEY_PARAMETER'],
    secretKeyParameter: template.function.environment['SECRET_KEY_PARAMETER'],
  });
});

test('a table that is named takes the place of the table of readings, and of no other', () => {
  assert.deepEqual(resourcesOf({ stage: 'prod', table: 'restored' }), {
    ...resourcesOf({ stage: 'prod' }),
    readingsTable: 'restored',
  });
});
