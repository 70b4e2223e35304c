import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { jsonError, jsonInput, jsonOperation, jsonResponse, type AwsService } from './aws-service.ts';
import { updated, type Item } from './table-expressions.ts';
import type { World } from './world.ts';

const attributeValue = z.custom<AttributeValue>(
  (value: unknown) => typeof value === 'object' && value !== null,
);
const text = z.object({ S: z.string() });
/** Strict, so that no condition is overlooked. */
const updateItem = z.strictObject({
  TableName: z.string(),
  Key: z.strictObject({ day: text, camera: text }),
  UpdateExpression: z.string(),
  ExpressionAttributeNames: z.record(z.string(), z.string()),
  ExpressionAttributeValues: z.record(z.string(), attributeValue),
});

/** DynamoDB with one table, whose writes have no condition. */
export function createSimulatedUsageTable({ note }: Pick<World, 'note'>): AwsService {
  const items = new Map<string, Item>();

  return {
    operationOf: (request) => ({ name: `${jsonOperation(request)} of usage` }),
    error: jsonError,
    answer(request) {
      if (jsonOperation(request) !== 'UpdateItem')
        throw new Error(`The simulated usage table does not know ${jsonOperation(request)}.`);
      const update = updateItem.parse(jsonInput(request));
      const key = JSON.stringify(update.Key);
      const after = updated(update.UpdateExpression, items.get(key) ?? update.Key, {
        names: update.ExpressionAttributeNames,
        values: update.ExpressionAttributeValues,
      });
      items.set(key, after);
      note({ kind: 'counted', day: update.Key.day.S, camera: update.Key.camera.S, item: after });
      return jsonResponse({});
    },
  };
}
