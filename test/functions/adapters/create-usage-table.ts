import { CreateTableCommand, DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { eventually } from '../../eventually.ts';

let tableCount = 0;

/** Creates an empty table with the key of the deployed usage table, and returns its name once it takes items. */
export async function createUsageTableIn(client: DynamoDBClient): Promise<string> {
  tableCount += 1;
  const tableName = `usage-${tableCount}`;
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'day', AttributeType: 'S' },
        { AttributeName: 'camera', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'day', KeyType: 'HASH' },
        { AttributeName: 'camera', KeyType: 'RANGE' },
      ],
    }),
  );
  await eventually('an active table', async () => {
    const { Table: table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
    return table?.TableStatus === 'ACTIVE' ? true : undefined;
  });
  return tableName;
}
