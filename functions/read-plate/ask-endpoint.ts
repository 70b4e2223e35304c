import type { Credentials, SecretStore } from '../adapters/secret-store.ts';
import type { VehiclePlateEndpoint } from '../adapters/vehicle-plate-endpoint.ts';
import type { Picture } from '../core/picture/picture.ts';
import type { Reply } from '../core/contract/reply.ts';
import type { FinalOutcome, WaitingOutcome } from '../core/record/outcome.ts';
import { outOfTime, type AskForPlates, type CallTally } from './ask-for-plates.ts';
import type { CallBreaker } from './breaker.ts';

/**
 * Asks the vehicle-plate endpoint. It asks again with credentials read again if the endpoint refused the
 * first, and once more if a plate could not be read. It asks nothing while the breaker holds the picture.
 * Throws an OutsideError `SSM_…` where the credentials cannot be read, or `DYNAMODB_…` where a call cannot be
 * counted.
 */
export function createAskEndpoint(deps: {
  readonly secrets: SecretStore;
  readonly endpoint: VehiclePlateEndpoint;
  readonly breaker: Pick<CallBreaker, 'enter' | 'refused' | 'answered'>;
  readonly now: () => number;
}): AskForPlates {
  const { secrets, endpoint, breaker, now } = deps;

  return async function askEndpoint(picture, timeForCall, tally) {
    let read = await secrets.current();
    if (read.kind === 'misconfigured') return read;
    const held = await breaker.enter();
    if (held) return held;
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
    return await reported(reply);
  };

  /** The outcome of a reply that the breaker knows. A breaker that cannot be told changes no outcome. */
  async function reported(reply: Reply): Promise<FinalOutcome | WaitingOutcome> {
    switch (reply.kind) {
      case 'bad-credentials':
      case 'misconfigured': {
        const [refused] = await Promise.allSettled([breaker.refused()]);
        const held = refused.status === 'fulfilled' ? refused.value : undefined;
        return held ?? (reply.kind === 'misconfigured' ? reply : { ...reply, kind: 'misconfigured' });
      }
      case 'wait':
      case 'held':
        return reply;
      case 'read':
      case 'no-plate':
      case 'unreadable':
      case 'rejected':
      case 'unavailable':
        await Promise.allSettled([breaker.answered()]);
        return reply;
    }
  }

  async function call(picture: Picture, credentials: Credentials, tally: CallTally): Promise<Reply> {
    const startedMs = now();
    const { reply, calls } = await endpoint.ask(picture, credentials);
    tally.calls += calls;
    // A request that no connection accepted has no latency.
    if (calls > 0) tally.latenciesMs.push(now() - startedMs);
    return reply;
  }
}
