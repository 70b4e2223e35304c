import * as z from 'zod/mini';
import { jsonError, jsonInput, jsonOperation, jsonResponse, type AwsService } from './aws-service.ts';
import type { World } from './world.ts';

export type SimulatedParameters = ReturnType<typeof createSimulatedParameters>;

/** This may appear only in the parts of a request that carry secrets. */
const canary = 'CANARY';
export const appKeyParameter = '/plateline/test/app-key';
export const secretKeyParameter = '/plateline/test/secret-key';

const getParameters = z.object({
  Names: z.tuple([z.literal(appKeyParameter), z.literal(secretKeyParameter)]),
  WithDecryption: z.literal(true),
});

/**
 * SSM Parameter Store, and the secret that the endpoint accepts, which can change during a history.
 */
export function createSimulatedParameters(
  { time, random, weather, note }: World,
  /** Whether a wrong secret can also be a missing one, which makes no calls. */
  mayBeMissing = true,
) {
  const appKey = `${canary}-app-key`;
  let wanted = `${canary}-secret-1`;
  let stored = wanted;
  const wrongMeansMissing = random.chance(0.3) && mayBeMissing;

  const service: AwsService = {
    operationOf: (request) => ({ name: jsonOperation(request) }),
    error: jsonError,
    answer(request) {
      getParameters.parse(jsonInput(request));
      const isWrong = weather.isOut('secret', time.nowMs());
      const secret = isWrong ? `${canary}-wrong-secret` : stored;
      return jsonResponse({
        Parameters: [
          { Name: appKeyParameter, Value: appKey },
          ...(isWrong && wrongMeansMissing ? [] : [{ Name: secretKeyParameter, Value: secret }]),
        ],
      });
    },
  };

  return {
    service,
    accepts: (credentials: { readonly appKey: string; readonly secretKey: string }): boolean =>
      credentials.appKey === appKey && credentials.secretKey === wanted,

    /** First at the endpoint, then, after `gapMs`, in the parameters. */
    rotate(gapMs: number): void {
      const next = `${canary}-secret-2`;
      wanted = next;
      note({ kind: 'weather', what: 'the endpoint wants a new secret' });
      time.at(time.nowMs() + gapMs, () => {
        stored = next;
        note({ kind: 'weather', what: 'the parameters hold the new secret' });
      });
    },
  };
}
