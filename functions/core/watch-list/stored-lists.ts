import * as z from 'zod/mini';
import { listSettings, watchEntry, type WatchEntry, type WatchList } from './watch-list.ts';

/** The sort key of the item that holds a list's settings. */
export const settingsItem = 'settings';
/** What the sort key of an entry begins with; its plate follows. */
const entryPrefix = 'entry#';

/** The sort key of an entry. */
export function entryItemOf({ plateKey }: Pick<WatchEntry, 'plateKey'>): string {
  return `${entryPrefix}${plateKey}`;
}

const storedSettings = z.extend(listSettings, { item: z.literal(settingsItem) });
const storedEntry = z.extend(watchEntry, {
  list: z.string(),
  item: z.string().check(z.startsWith(entryPrefix)),
});
const storedItem = z.union([storedSettings, storedEntry]);

/** The lists that the items of their table make; an entry without its list's settings is left out. */
export function listsOfItems(items: readonly unknown[]): readonly WatchList[] {
  const parsed = items.map((item) => storedItem.parse(item));
  return parsed.flatMap((stored) => {
    if (!('kind' in stored)) return [];
    const entries = parsed.flatMap((other) =>
      'plateKey' in other && other.list === stored.list ? [watchEntry.parse(other)] : [],
    );
    return [{ ...listSettings.parse(stored), entries }];
  });
}
