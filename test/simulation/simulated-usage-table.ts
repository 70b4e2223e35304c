import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { jsonError, jsonInput, jsonOperation, jsonResponse, type AwsService } from './aws-service.ts';
import { holds, updated, type Item } from './table-expressions.ts';
import type { World } from './world.ts';

const attributeValue = z.custom<AttributeValue>(
  (value: unknown) => typeof value === 'object' && value !== null,
);
const text = z.object({ S: z.string() });
/** Strict, so that nothing is overlooked. */
const updateItem = z.strictObject({
  TableName: z.string(),
  Key: z.strictObject({ day: text, camera: text }),
  UpdateExpression: z.string(),
  ConditionExpression: z.optional(z.string()),
  ExpressionAttributeNames: z._default(z.record(z.string(), z.string()), {}),
  ExpressionAttributeValues: z.record(z.string(), attributeValue),
});

const getItem = z.strictObject({
  TableName: z.string(),
  Key: z.strictObject({ day: text, camera: text }),
  ConsistentRead: z.optional(z.literal(true)),
});
const keyed = z.object({ Key: z.object({ day: text }) });

/** DynamoDB with the table of usage. */
export function createSimulatedUsageTable({ note }: Pick<World, 'note'>): AwsService {
  const items = new Map<string, Item>();

  return {
    operationOf(request) {
      const { Key: key } = keyed.parse(jsonInput(request));
      const isCounter = key.day.S.endsWith(' calls');
      const what = isCounter ? 'the call counter' : key.day.S === 'breaker' ? 'the breaker' : 'usage';
      return { name: `${jsonOperation(request)} of ${what}` };
    },
    error: jsonError,
    answer(request) {
      if (jsonOperation(request) === 'GetItem') {
        const item = items.get(JSON.stringify(getItem.parse(jsonInput(request)).Key));
        return jsonResponse(item ? { Item: item } : {});
      }
      if (jsonOperation(request) !== 'UpdateItem')
        throw new Error(`The simulated usage table does not know ${jsonOperation(request)}.`);
      const update = updateItem.parse(jsonInput(request));
      const key = JSON.stringify(update.Key);
      const before = items.get(key);
      const placeholders = {
        names: update.ExpressionAttributeNames,
        values: update.ExpressionAttributeValues,
      };
      const { ConditionExpression: condition } = update;
      if (condition !== undefined && !holds(condition, before, placeholders)) {
        return jsonError('ConditionalCheckFailedException', 400);
      }
      const after = updated(update.UpdateExpression, before ?? update.Key, placeholders);
      items.set(key, after);
      if (after['pictures'] !== undefined) {
        note({ kind: 'counted', day: update.Key.day.S, camera: update.Key.camera.S, item: after });
      }
      return jsonResponse({});
    },
  };
}
