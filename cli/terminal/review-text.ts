import type { PictureRecord } from '../../functions/core/record/record.ts';
import { koreaTimeOf } from './korea-time.ts';

/** What a person decided about a record, for people; empty where nobody has. */
export function reviewText({ plate, review }: PictureRecord): string {
  if (!review) return '';
  const signature = `by ${review.by}, ${koreaTimeOf(review.at)} in Korea`;
  if (review.decision !== 'corrected') return `${review.decision} ${signature}`;
  return `corrected to ${review.plate} ${plate === undefined ? '' : `(read as ${plate}) `}${signature}`;
}
