import type { Credentials, SecretStore } from '../adapters/secret-store.ts';
import type { VehiclePlateEndpoint } from '../adapters/vehicle-plate-endpoint.ts';
import type { Picture } from '../core/picture/picture.ts';
import type { Reply } from '../core/contract/reply.ts';
import { outOfTime, type AskForPlates, type CallTally } from './ask-for-plates.ts';

/**
 * Asks the vehicle-plate endpoint. It asks again with credentials read again if the endpoint refused the
 * first, and once more if a plate could not be read. Throws an OutsideError `SSM_…` where the credentials
 * cannot be read.
 */
export function createAskEndpoint(deps: {
  readonly secrets: SecretStore;
  readonly endpoint: VehiclePlateEndpoint;
  readonly now: () => number;
}): AskForPlates {
  const { secrets, endpoint, now } = deps;

  return async function askEndpoint(picture, timeForCall, tally) {
    let read = await secrets.current();
    if (read.kind === 'misconfigured') return read;
    if (!timeForCall()) return outOfTime;
    let reply = await call(picture, read.credentials, tally);

    if (reply.kind === 'bad-credentials') {
      read = await secrets.insteadOf(read.credentials);
      if (read.kind === 'misconfigured') return read;
      if (!timeForCall()) return outOfTime;
      reply = await call(picture, read.credentials, tally);
    }
    if (reply.kind === 'unreadable') {
      if (!timeForCall()) return outOfTime;
      reply = await call(picture, read.credentials, tally);
    }
    return reply.kind === 'bad-credentials' ? { kind: 'misconfigured', reason: reply.reason } : reply;
  };

  async function call(picture: Picture, credentials: Credentials, tally: CallTally): Promise<Reply> {
    const startedMs = now();
    const { reply, calls } = await endpoint.ask(picture, credentials);
    tally.calls += calls;
    // A request that no connection accepted has no latency.
    if (calls > 0) tally.latenciesMs.push(now() - startedMs);
    return reply;
  }
}
