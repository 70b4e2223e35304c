import type { Credentials } from '../../functions/adapters/secret-store.ts';
import type { VehiclePlateEndpoint } from '../../functions/adapters/vehicle-plate-endpoint.ts';
import type { Picture } from '../../functions/core/picture/picture.ts';
import type { Reply } from '../../functions/core/contract/reply.ts';

export const box = { x1: 10, y1: 20, x2: 90, y2: 20, x3: 90, y3: 40, x4: 10, y4: 40 };

export const readReply: Reply = { kind: 'read', plates: [{ plate: '123가4567', confidence: 0.93, box }] };
export const unreadableReply: Reply = {
  kind: 'unreadable',
  reason: { code: 'OCR_VEHICLE_PLATE_RECOGNITION_FAIL', message: 'Cannot be read.' },
};
export const refusedReply: Reply = {
  kind: 'bad-credentials',
  reason: { code: 'UNAUTHORIZED', message: 'Not accepted.' },
};
export const failedReply: Reply = { kind: 'wait', reason: { code: 'VENDOR_FAILURE', message: 'Failed.' } };

/**
 * Answers with `replies` in order, and with the last one from then on; each costs one call. Records what it
 * was asked.
 */
export function createScriptedEndpoint(...replies: readonly [Reply, ...Reply[]]) {
  const [first, ...others] = replies;
  let reply = first;
  const asked: { readonly picture: Picture; readonly credentials: Credentials }[] = [];
  return {
    asked,
    ask(picture, credentials) {
      if (asked.length > 0) reply = others.shift() ?? reply;
      asked.push({ picture, credentials });
      return Promise.resolve({ reply, calls: 1 });
    },
  } satisfies VehiclePlateEndpoint & { asked: unknown[] };
}
