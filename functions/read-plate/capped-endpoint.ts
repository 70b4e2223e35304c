import type { CallCounter } from '../adapters/call-counter.ts';
import type { MayCall, VehiclePlateEndpoint } from '../adapters/vehicle-plate-endpoint.ts';
import { callPeriodOf, heldByCap, type CallCaps, type CallPeriod } from '../core/spend/call-cap.ts';

/**
 * An endpoint whose calls are counted before they are made. A call that a cap forbids is not made, and its
 * picture is held. Throws an OutsideError `DYNAMODB_…` where a call cannot be counted.
 */
export function createCappedEndpoint(deps: {
  readonly endpoint: VehiclePlateEndpoint;
  readonly counter: CallCounter;
  readonly caps: CallCaps;
  readonly now: () => number;
}): VehiclePlateEndpoint {
  const { endpoint, counter, caps, now } = deps;

  return {
    async ask(picture, credentials) {
      const counted: CallPeriod[] = [];
      const mayCall: MayCall = async () => {
        const nowMs = now();
        const period = callPeriodOf(nowMs);
        const counts = await counter.reserve(period, caps);
        if (counts) return heldByCap(counts, caps, nowMs);
        counted.push(period);
        return undefined;
      };
      const asked = await endpoint.ask(picture, credentials, mayCall);
      // Requests that no connection took cost nothing. Where this fails, the count is too high, never too low.
      await Promise.allSettled(counted.slice(asked.calls).map((period) => counter.giveBack(period)));
      return asked;
    },
  };
}
