import type { PictureRecord } from '../record/record.ts';
import { compareTexts } from './compare-texts.ts';

/** Merges sources of records, each of them newest first. It reads no more of a source than it yields and one. */
export async function* mergeNewestFirst(
  sources: readonly AsyncIterable<PictureRecord>[],
): AsyncGenerator<PictureRecord, void> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  const nextOf = async (iterator: AsyncIterator<PictureRecord, unknown>) => {
    const result = await iterator.next();
    return result.done === true ? [] : [{ iterator, record: result.value }];
  };
  let heads = (await Promise.all(iterators.map(nextOf))).flat();
  for (;;) {
    const [newest] = heads.toSorted((one, other) =>
      compareTexts(other.record.capturedAt, one.record.capturedAt),
    );
    if (!newest) return;
    yield newest.record;
    const others = heads.filter((head) => head !== newest);
    heads = [...others, ...(await nextOf(newest.iterator))];
  }
}
