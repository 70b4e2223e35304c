import assert from 'node:assert/strict';
import { test } from 'vitest';
import { resourcesOf } from '../../../cli/aws/resources.ts';
import { localTarget } from '../../../infra/local/local-target.ts';
import { readTemplate } from '../../../infra/local/template/template.ts';

test('the names of a stage are those in its template', () => {
  const { tables, queues, functions } = readTemplate(
    '.build/local/cloudformation-template-update-stack.json',
    localTarget,
  );
  const { environment } = functions.ReadPlateLambdaFunction;
  assert.deepEqual(resourcesOf({ stage: 'local' }), {
    readingsTable: tables.ReadingsTable.TableName,
    usageTable: tables.UsageTable.TableName,
    visitsTable: tables.VisitsTable.TableName,
    listsTable: tables.ListsTable.TableName,
    webhooksTable: tables.WebhooksTable.TableName,
    webhooksQueue: queues.WebhooksQueue.name,
    webhooksDeadLetterQueue: queues.WebhooksDeadLetterQueue.name,
    webhooksPath: functions['DeliverWebhookLambdaFunction']?.environment['WEBHOOKS_PATH'],
    eventsTopic: functions['NotifyLambdaFunction']?.environment['EVENTS_TOPIC']?.split(':').at(-1),
    queue: queues.PicturesQueue.name,
    deadLetterQueue: queues.PicturesDeadLetterQueue.name,
    appKeyParameter: environment['APP_KEY_PARAMETER'],
    hashKeyParameter: environment['HASH_KEY_PARAMETER'],
    secretKeyParameter: environment['SECRET_KEY_PARAMETER'],
  });
});

test('--table replaces only the table of readings', () => {
  assert.deepEqual(resourcesOf({ stage: 'prod', table: 'restored' }), {
    ...resourcesOf({ stage: 'prod' }),
    readingsTable: 'restored',
  });
});
