import { GetParametersCommand } from '@aws-sdk/client-ssm';
import { appKeyFault, secretKeyFault } from '../../../functions/core/contract/endpoint-keys.ts';
import { createSsmClient } from '../../aws/clients.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { CommandError } from '../../terminal/command-error.ts';
import type { GlobalOptions } from '../../options/global-options.ts';

/** The two keys that a caller of the server must name. */
type EndpointKeys = { readonly appKey: string; readonly secretKey: string };

/**
 * The keys from the environment, else from the stage's parameters in Parameter Store. Throws a CommandError
 * `NO_KEYS` where there are none and `UNUSABLE_SECRET` where one cannot be a key.
 */
export async function readEndpointKeys(
  environment: Readonly<Partial<Record<string, string>>>,
  options: GlobalOptions & { readonly keysFromStage: boolean },
): Promise<EndpointKeys> {
  const { PLATELINE_APP_KEY: appKey, PLATELINE_SECRET_KEY: secretKey } = environment;
  const keys =
    appKey !== undefined && secretKey !== undefined
      ? { appKey, secretKey }
      : options.keysFromStage
        ? await readParameters(options)
        : undefined;
  if (keys === undefined) {
    throw new CommandError(
      'NO_KEYS',
      'Set PLATELINE_APP_KEY and PLATELINE_SECRET_KEY, or name a stage with --keys-from-stage to take its keys from Parameter Store.',
    );
  }
  const fault = appKeyFault(keys.appKey) ?? secretKeyFault(keys.secretKey);
  if (fault !== undefined) throw new CommandError('UNUSABLE_SECRET', fault);
  return keys;
}

async function readParameters({ stage, ...connection }: GlobalOptions): Promise<EndpointKeys> {
  const { appKeyParameter, secretKeyParameter } = resourcesOf({ stage });
  const { Parameters: parameters = [] } = await createSsmClient(connection).send(
    new GetParametersCommand({ Names: [appKeyParameter, secretKeyParameter], WithDecryption: true }),
  );
  const valueOf = (name: string) => {
    const value = parameters.find((parameter) => parameter.Name === name)?.Value;
    if (value !== undefined) return value.trim();
    throw new CommandError(
      'NO_KEYS',
      `Parameter Store has no ${name}; put both keys with plateline secrets set.`,
    );
  };
  return { appKey: valueOf(appKeyParameter), secretKey: valueOf(secretKeyParameter) };
}
