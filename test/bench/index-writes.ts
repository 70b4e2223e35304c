import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { TemplateResources } from '../../infra/local/template/template.ts';

type Item = Readonly<Record<string, AttributeValue>>;
type Indexes = TemplateResources['tables']['ReadingsTable']['GlobalSecondaryIndexes'];

/**
 * Counts the index writes that follow from one write to the table, if each index holds the whole item: none
 * for an item without a place in the index, two for an item that changes its place (DynamoDB Developer
 * Guide, "Using Global Secondary Indexes").
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

/** The key in the index; undefined if the item lacks an attribute of it. */
function placeOf(item: Item | undefined, { KeySchema: keys }: Indexes[number]): string | undefined {
  const values = keys.map(({ AttributeName: name }) => item?.[name]);
  return values.includes(undefined) ? undefined : JSON.stringify(values);
}
