import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { TemplateResources } from '../../infra/local/template/template.ts';

type Item = Readonly<Record<string, AttributeValue>>;
type Indexes = TemplateResources['tables']['ReadingsTable']['GlobalSecondaryIndexes'];

/**
 * Writes to indexes that a write to the table entails where each index holds the whole item (DynamoDB Developer Guide, "Using Global
 * Secondary Indexes"): none where the item has no place in an index, two where it changes its place.
 */
export function countIndexWrites(
  indexes: Indexes,
  before: Item | undefined,
  after: Item | undefined,
): number {
  return indexes.reduce((writes, index) => {
    const places = [before, after].flatMap((item) => placeOf(item, index) ?? []);
    return writes + new Set(places).size;
  }, 0);
}

/** Undefined where the item lacks an attribute of the index's key. */
function placeOf(item: Item | undefined, { KeySchema: keys }: Indexes[number]): string | undefined {
  const values = keys.map(({ AttributeName: name }) => item?.[name]);
  return values.includes(undefined) ? undefined : JSON.stringify(values);
}
