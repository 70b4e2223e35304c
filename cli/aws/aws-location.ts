import type { GlobalOptions } from '../options/global-options.ts';
import { parseHttpUrl } from '../../functions/core/contract/http-url.ts';
import { CommandError } from '../terminal/command-error.ts';

/** Where a client sends its requests. */
export type AwsLocation = {
  readonly region: string;
  /** Undefined for the address that AWS itself has. */
  readonly endpointUrl: string | undefined;
};

/** The configuration that the SDK's clients of all services share. */
export type Client = {
  readonly config: {
    readonly region: () => Promise<string>;
    readonly serviceConfiguredEndpoint?: () => Promise<string | undefined>;
  };
};

/**
 * Without `--endpoint-url` the SDK looks in the environment: first for an address of the service, then for
 * one of all services.
 */
export async function awsLocationOf(
  { config }: Client,
  connection: Pick<GlobalOptions, 'endpointUrl'>,
): Promise<AwsLocation> {
  const endpointUrl = connection.endpointUrl ?? (await config.serviceConfiguredEndpoint?.());
  if (endpointUrl !== undefined && !parseHttpUrl(endpointUrl)) {
    throw new CommandError(
      'USAGE',
      `AWS_ENDPOINT_URL or a similar setting is ${endpointUrl}. It must be a URL such as http://127.0.0.1:9105.`,
    );
  }
  return { region: await config.region(), endpointUrl };
}

/** For sentences, after the word `in`. */
export function nameOfLocation({ region, endpointUrl }: AwsLocation): string {
  return endpointUrl === undefined ? region : `${region} at ${endpointUrl}`;
}
