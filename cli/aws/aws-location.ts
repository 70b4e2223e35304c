import { CommandError } from '../terminal/command-error.ts';
import type { GlobalOptions } from '../options/global-options.ts';
import { parseHttpUrl } from '../../functions/core/contract/http-url.ts';

/** Where a client's requests go. */
export type AwsLocation = {
  readonly region: string;
  /** Undefined where it is AWS's own. */
  readonly endpointUrl: string | undefined;
};

/** What the SDK's clients of all services have in common. */
export type Client = {
  readonly config: {
    readonly region: () => Promise<string>;
    readonly serviceConfiguredEndpoint?: () => Promise<string | undefined>;
  };
};

/** Without `--endpoint-url` the SDK looks for an address itself: first for one of the service alone, then for one of all. */
export async function awsLocationOf(
  { config }: Client,
  connection: Pick<GlobalOptions, 'endpointUrl'>,
): Promise<AwsLocation> {
  const endpointUrl = connection.endpointUrl ?? (await config.serviceConfiguredEndpoint?.());
  if (endpointUrl !== undefined && !parseHttpUrl(endpointUrl)) {
    throw new CommandError(
      'USAGE',
      `AWS_ENDPOINT_URL or a setting of its kind names ${endpointUrl}. It must be a URL such as http://127.0.0.1:9105.`,
    );
  }
  return { region: await config.region(), endpointUrl };
}

/** As sentences name it after `in`. */
export function nameOfLocation({ region, endpointUrl }: AwsLocation): string {
  return endpointUrl === undefined ? region : `${region} at ${endpointUrl}`;
}
