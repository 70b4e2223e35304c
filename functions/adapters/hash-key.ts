import { randomBytes } from 'node:crypto';
import {
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
  SSMServiceException,
  type SSMClientConfig,
} from '@aws-sdk/client-ssm';
import { hashWith } from '../core/privacy/keyed-hash.ts';
import type { HashText } from '../core/privacy/plate-hash.ts';
import { OutsideError } from '../core/record/reason.ts';
import { fromAwsError } from './aws-error.ts';

/**
 * Returns the keyed hash (HMAC-SHA256) of the stage. The key is in Parameter Store; the first use creates it.
 * Throws an OutsideError `SSM_…` where SSM fails.
 */
export async function createPlateHash(
  parameterName: string,
  config: SSMClientConfig = {},
): Promise<HashText> {
  const requestHandler = { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true };
  const ssm = new SSMClient({ requestHandler, ...config });
  try {
    const key = (await read()) ?? (await create());
    return hashWith(key);
  } catch (error) {
    throw fromAwsError('SSM', error);
  } finally {
    ssm.destroy();
  }

  async function read(): Promise<string | undefined> {
    const { Parameters: parameters = [] } = await ssm.send(
      new GetParametersCommand({ Names: [parameterName], WithDecryption: true }),
    );
    return parameters[0]?.Value;
  }

  async function create(): Promise<string> {
    const value = randomBytes(32).toString('hex');
    try {
      await ssm.send(new PutParameterCommand({ Name: parameterName, Value: value, Type: 'SecureString' }));
      return value;
    } catch (error) {
      // Another invocation was faster. By its name: in the bundle all exceptions of a service are of one class.
      const isThere = error instanceof SSMServiceException && error.name === 'ParameterAlreadyExists';
      if (!isThere) throw error;
      const other = await read();
      if (other !== undefined) return other;
      throw new OutsideError('SSM_NO_HASH_KEY', 'Parameter Store has no key for hashes.', error);
    }
  }
}
