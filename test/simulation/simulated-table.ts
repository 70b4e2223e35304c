import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { jsonError, jsonInput, jsonOperation, jsonResponse, type AwsService } from './aws-service.ts';
import { holds, updated, type Item } from './table-expressions.ts';
import type { World } from './world.ts';

const attributeValue = z.custom<AttributeValue>(
  (value: unknown) => typeof value === 'object' && value !== null,
);
const item = z.record(z.string(), attributeValue);
const keyed = z.object({ Key: z.object({ imageId: z.object({ S: z.string() }) }) });
const getItem = z.object({ ConsistentRead: z.literal(true) });
const updateItem = z.object({
  UpdateExpression: z.string(),
  ConditionExpression: z.string(),
  ExpressionAttributeNames: z.record(z.string(), z.string()),
  ExpressionAttributeValues: item,
  ReturnValues: z.optional(z.literal('ALL_OLD')),
});

/** DynamoDB with one table, whose writes are conditional. */
export function createSimulatedTable({ note }: Pick<World, 'note'>): AwsService {
  const items = new Map<string, Item>();

  return {
    operationOf: (request) => ({ name: jsonOperation(request), imageId: imageIdOf(jsonInput(request)) }),
    error: jsonError,
    answer(request) {
      const input = jsonInput(request);
      const imageId = imageIdOf(input);
      const before = items.get(imageId);
      switch (jsonOperation(request)) {
        case 'GetItem':
          getItem.parse(input);
          return jsonResponse(before ? { Item: before } : {});
        case 'UpdateItem': {
          const update = updateItem.parse(input);
          const placeholders = {
            names: update.ExpressionAttributeNames,
            values: update.ExpressionAttributeValues,
          };
          if (!holds(update.ConditionExpression, before, placeholders)) {
            return jsonError('ConditionalCheckFailedException', 400);
          }
          const after = updated(update.UpdateExpression, before ?? { imageId: { S: imageId } }, placeholders);
          items.set(imageId, after);
          note({ kind: 'written', imageId, item: after });
          return jsonResponse(update.ReturnValues && before ? { Attributes: before } : {});
        }
        default:
          throw new Error(`The simulated DynamoDB does not know ${jsonOperation(request)}.`);
      }
    },
  };
}

function imageIdOf(input: unknown): string {
  return keyed.parse(input).Key.imageId.S;
}
