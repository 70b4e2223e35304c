import { createHmac } from 'node:crypto';
import type { HashText } from './plate-hash.ts';

/** HMAC-SHA256 with a key. */
export function hashWith(key: string): HashText {
  return (text) => createHmac('sha256', key).update(text).digest('hex');
}
