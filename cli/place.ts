import { CommandError } from './command-error.ts';
import type { GlobalOptions } from './global-options.ts';
import { isHttpUrl } from './http-url.ts';

/** Where a client's requests go. */
export type Place = {
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
export async function placeOf(
  { config }: Client,
  connection: Pick<GlobalOptions, 'endpointUrl'>,
): Promise<Place> {
  const endpointUrl = connection.endpointUrl ?? (await config.serviceConfiguredEndpoint?.());
  if (endpointUrl !== undefined && !isHttpUrl(endpointUrl)) {
    throw new CommandError(
      'USAGE',
      `AWS_ENDPOINT_URL or a setting of its kind names ${endpointUrl}. It must be a URL such as http://127.0.0.1:9105.`,
    );
  }
  return { region: await config.region(), endpointUrl };
}

/** As sentences name it after `in`. */
export function nameOfPlace({ region, endpointUrl }: Place): string {
  return endpointUrl === undefined ? region : `${region} at ${endpointUrl}`;
}
