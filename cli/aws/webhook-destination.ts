import { GetParametersCommand, PutParameterCommand, type SSMClient } from '@aws-sdk/client-ssm';
import {
  destination,
  destinationParameterOf,
  type Destination,
} from '../../functions/core/webhook/destination.ts';
import { parseJson } from '../../functions/core/message/parse-json.ts';
import { CommandError } from '../terminal/command-error.ts';

/** Stores the URL and secrets of a webhook, encrypted. Without `overwrite` SSM refuses a name that exists. */
export async function putDestination(
  ssm: SSMClient,
  path: string,
  webhookId: string,
  stored: Destination,
  { overwrite }: { readonly overwrite: boolean },
): Promise<void> {
  await ssm.send(
    new PutParameterCommand({
      Name: destinationParameterOf(path, webhookId),
      Value: JSON.stringify(stored),
      Type: 'SecureString',
      Overwrite: overwrite,
    }),
  );
}

/** The URL and secrets of a webhook; throws a CommandError `NO_SECRET` if there are none. */
export async function readDestination(ssm: SSMClient, path: string, webhookId: string): Promise<Destination> {
  const name = destinationParameterOf(path, webhookId);
  const { Parameters: [parameter] = [] } = await ssm.send(
    new GetParametersCommand({ Names: [name], WithDecryption: true }),
  );
  const parsed = destination.safeParse(parseJson(parameter?.Value ?? ''));
  if (parsed.success) return parsed.data;
  throw new CommandError(
    'NO_SECRET',
    `Parameter Store has no usable URL and secret of the webhook ${webhookId}. Remove it and add it again.`,
  );
}
