import { GetParametersCommand, SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import { appKeyFault, secretKeyFault } from '../core/contract/endpoint-keys.ts';
import type { Reason } from '../core/record/reason.ts';
import { fromAwsError } from './aws-error.ts';
import { lazily } from './lazily.ts';

/** Both are secrets: the app key is part of the URL. */
export type Credentials = { readonly appKey: string; readonly secretKey: string };

export type CredentialsRead =
  | { readonly kind: 'credentials'; readonly credentials: Credentials }
  | { readonly kind: 'misconfigured'; readonly reason: Reason };

export type SecretStore = ReturnType<typeof createSecretStore>;

/** How long one request can take, with its retries. */
const requestTimeoutMs = 5000;

type PendingRead = {
  readonly read: Promise<CredentialsRead>;
  readonly readAtMs: number;
  /** Set when the read has succeeded. */
  credentials?: Credentials;
};

/** App key and secret key from SSM Parameter Store, cached; concurrent callers share one request. */
export function createSecretStore(
  settings: {
    readonly appKeyParameter: string;
    readonly secretKeyParameter: string;
    readonly secretTtlMs: number;
  },
  now: () => number,
  config: SSMClientConfig = {},
) {
  const { appKeyParameter, secretKeyParameter, secretTtlMs } = settings;
  const client = lazily(
    () =>
      new SSMClient({
        requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
        ...config,
      }),
  );
  let latest: PendingRead | undefined;

  return {
    /** Both throw an OutsideError `SSM_…` where SSM fails. */
    current(): Promise<CredentialsRead> {
      return latest && now() - latest.readAtMs < secretTtlMs ? latest.read : readAgain();
    },

    /** Reads again after the endpoint refused these credentials, unless they were read again already. */
    insteadOf(refused: Credentials): Promise<CredentialsRead> {
      if (latest?.credentials === refused) latest = undefined;
      return this.current();
    },
  };

  async function readAgain(): Promise<CredentialsRead> {
    const reading: PendingRead = { read: readParameters(), readAtMs: now() };
    latest = reading;
    try {
      const read = await reading.read;
      if (read.kind === 'credentials') reading.credentials = read.credentials;
      return read;
    } finally {
      // Only credentials are cached; after a failure or a missing parameter the next caller reads again.
      if (latest === reading && !reading.credentials) latest = undefined;
    }
  }

  async function readParameters(): Promise<CredentialsRead> {
    const { Parameters: parameters = [] } = await client()
      .send(
        new GetParametersCommand({ Names: [appKeyParameter, secretKeyParameter], WithDecryption: true }),
        {
          abortSignal: AbortSignal.timeout(requestTimeoutMs),
        },
      )
      .catch((error: unknown) => {
        throw fromAwsError('SSM', error);
      });
    const valueOf = (name: string) =>
      parameters.find((parameter) => parameter.Name === name)?.Value?.trim() ?? '';
    const credentials = { appKey: valueOf(appKeyParameter), secretKey: valueOf(secretKeyParameter) };
    const unusable = [
      ...(appKeyFault(credentials.appKey) ? [appKeyParameter] : []),
      ...(secretKeyFault(credentials.secretKey) ? [secretKeyParameter] : []),
    ];
    if (unusable.length === 0) return { kind: 'credentials', credentials };
    return {
      kind: 'misconfigured',
      reason: {
        code: 'NO_SECRET',
        message: `Parameter Store has no usable value for ${unusable.join(' and ')}; store both keys with npx plateline secrets set.`,
      },
    };
  }
}
