import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { localTarget } from '../local-target.ts';
import { startCallerIdentity } from './caller-identity.ts';
import { startDynamodb } from './dynamodb.ts';
import { startGateway } from './gateway.ts';
import { startParameterStore } from './parameter-store.ts';
import { startS3AndSqs } from './s3-and-sqs.ts';

/** What an SDK client needs to reach a local service. */
interface LocalClientConfiguration {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** A service behind a proxy in which a test can script faults, and what SDK clients need to reach it. */
interface ProxiedService extends Omit<FaultProxy, 'stop'> {
  readonly clientConfiguration: LocalClientConfiguration;
  /** Past the proxy: these requests meet no fault, are not recorded, and send no bucket notification. */
  readonly directClientConfiguration: LocalClientConfiguration;
}

/** The AWS services of a local stack. */
export interface LocalServices {
  /** One address for all services, through their proxies. */
  readonly gateway: { readonly url: string };
  readonly s3: ProxiedService;
  readonly sqs: ProxiedService;
  readonly dynamodb: ProxiedService;
  readonly ssm: ProxiedService;
}

/** The ports of the services; 0 takes a free one. */
export type ServicePorts = Readonly<Record<keyof LocalServices, number>>;

/** Clients of the services; the direct ones go past the proxies. */
export type LocalClients = ReturnType<typeof createClients>;

/** Credentials for the local services, which accept any. */
export const localCredentials = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Starts the services; `cleanup` stops them. Rejects with code `EADDRINUSE` if a port is taken. */
export async function startServices(
  cleanup: AsyncDisposableStack,
  { ports, recordRequests }: { ports: ServicePorts; recordRequests: boolean },
): Promise<LocalServices> {
  const stopLater = <Server extends { stop(): Promise<unknown> }>(server: Server): Server =>
    cleanup.adopt(server, async () => {
      await server.stop();
    });
  const startProxied = async (targetUrl: string, port: number): Promise<ProxiedService> => {
    const proxy = stopLater(await startFaultProxy({ targetUrl, port, recordRequests }));
    return {
      ...proxy,
      clientConfiguration: clientConfigurationOf(proxy.url),
      directClientConfiguration: clientConfigurationOf(targetUrl),
    };
  };

  const s3AndSqs = stopLater(await startS3AndSqs(localTarget.region));
  const dynalite = stopLater(await startDynamodb());
  const parameterStore = stopLater(await startParameterStore(localTarget.region, localTarget.accountId));
  const callerIdentity = stopLater(await startCallerIdentity(localTarget.accountId));
  const sqs = await startProxied(s3AndSqs.url, ports.sqs);
  const dynamodb = await startProxied(dynalite.url, ports.dynamodb);
  const ssm = await startProxied(parameterStore.url, ports.ssm);
  const s3 = await startProxied(s3AndSqs.url, ports.s3);
  const urls = {
    s3: s3.url,
    sqs: sqs.url,
    // SNS is in the server of SQS, and shares its address.
    sns: sqs.url,
    dynamodb: dynamodb.url,
    ssm: ssm.url,
    sts: callerIdentity.url,
  };
  const gateway = stopLater(await startGateway(urls, ports.gateway));
  return { gateway, s3, sqs, dynamodb, ssm };
}

/** Clients for the stack's own requests. Direct ones meet no scripted fault and are not recorded. */
export function createClients(cleanup: AsyncDisposableStack, { s3, sqs, dynamodb, ssm }: LocalServices) {
  const destroyLater = <Client extends { destroy(): void }>(client: Client): Client =>
    cleanup.adopt(client, () => {
      client.destroy();
    });
  return {
    directS3: destroyLater(new S3Client(s3.directClientConfiguration)),
    directSqs: destroyLater(new SQSClient(sqs.directClientConfiguration)),
    // A queue's URL has the address where the queue was created, and functions must find the queue there.
    sqs: destroyLater(new SQSClient(sqs.clientConfiguration)),
    directSns: destroyLater(new SNSClient(sqs.directClientConfiguration)),
    directDynamodb: destroyLater(new DynamoDBClient(dynamodb.directClientConfiguration)),
    directSsm: destroyLater(new SSMClient(ssm.directClientConfiguration)),
  };
}

function clientConfigurationOf(endpoint: string): LocalClientConfiguration {
  return { endpoint, region: localTarget.region, credentials: localCredentials };
}
