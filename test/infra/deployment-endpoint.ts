import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import * as z from 'zod';

const deployedFunction = JSON.stringify({
  Configuration: { State: 'Active', LastUpdateStatus: 'Successful' },
});

const codeUpdate = z.object({ ZipFile: z.base64() });

/**
 * Replaces STS, CloudFormation, S3 and Lambda for a deployment by osls, and keeps the zips that osls uploads.
 */
export async function startDeploymentEndpoint({
  accountId = '123456789012',
  stackName = 'plateline-prod',
  outputs = {},
}: {
  readonly accountId?: string;
  readonly stackName?: string;
  /** Of the stack, once it is deployed. */
  readonly outputs?: Readonly<Record<string, string>>;
} = {}): Promise<{
  readonly url: string;
  readonly uploadedZips: readonly Uint8Array[];
  /** The CloudFormation actions, in their order. */
  readonly stackActions: readonly string[];
  readonly stop: () => Promise<void>;
}> {
  const stackId = `arn:aws:cloudformation:ap-northeast-2:${accountId}:stack/${stackName}/1`;
  const outputsXml = Object.entries(outputs)
    .map(
      ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
    )
    .join('');
  const uploadedZips: Uint8Array[] = [];
  const stackActions: string[] = [];
  let stackStatus: string | undefined;

  const answerQuery = (action: string, response: ServerResponse): void => {
    const succeed = (result: string) =>
      response.end(`<${action}Response><${action}Result>${result}</${action}Result></${action}Response>`);
    if (action !== 'GetCallerIdentity') stackActions.push(action);
    switch (action) {
      case 'GetCallerIdentity':
        return void succeed(`<Account>${accountId}</Account><Arn>arn:aws:iam::${accountId}:user/test</Arn>`);
      case 'CreateChangeSet':
        stackStatus =
          stackStatus === undefined || stackStatus === 'DELETE_COMPLETE'
            ? 'CREATE_COMPLETE'
            : 'UPDATE_COMPLETE';
        return void succeed(`<Id>change</Id><StackId>${stackId}</StackId>`);
      case 'DescribeChangeSet':
        return void succeed('<Status>CREATE_COMPLETE</Status><ExecutionStatus>AVAILABLE</ExecutionStatus>');
      case 'DescribeStackEvents':
        return void succeed(
          `<StackEvents><member><EventId>${stackStatus}</EventId><StackId>${stackId}</StackId>` +
            `<StackName>${stackName}</StackName><LogicalResourceId>${stackName}</LogicalResourceId><PhysicalResourceId>${stackId}</PhysicalResourceId>` +
            `<ResourceType>AWS::CloudFormation::Stack</ResourceType><ResourceStatus>${stackStatus}</ResourceStatus>` +
            `<Timestamp>${new Date().toISOString()}</Timestamp></member></StackEvents>`,
        );
      case 'DescribeStackResource':
        return void succeed(
          '<StackResourceDetail><PhysicalResourceId>deployment</PhysicalResourceId></StackResourceDetail>',
        );
      case 'DescribeStacks':
        if (stackStatus === undefined || stackStatus === 'DELETE_COMPLETE') {
          return void response
            .writeHead(400)
            .end(
              `<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack with id ${stackName} does not exist</Message></Error></ErrorResponse>`,
            );
        }
        return void succeed(
          `<Stacks><member><StackName>${stackName}</StackName><StackId>${stackId}</StackId><StackStatus>${stackStatus}</StackStatus>` +
            `<CreationTime>2026-11-22T08:15:00Z</CreationTime><Outputs>${outputsXml}</Outputs></member></Stacks>`,
        );
      case 'DeleteStack':
        stackStatus = 'DELETE_COMPLETE';
        return void succeed('');
      default:
        return void succeed('');
    }
  };

  /** A zip of more than 5 MB is uploaded in parts, and the parts can arrive in any order. */
  const parts = new Map<number, Uint8Array>();
  const answerUpload = (
    query: URLSearchParams,
    method: string | undefined,
    body: Uint8Array,
    response: ServerResponse,
  ): void => {
    const part = query.get('partNumber');
    if (method === 'POST' && query.has('uploads')) {
      response.end('<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>');
      return;
    }
    if (method === 'POST') {
      const inOrder = [...parts].toSorted(([one], [other]) => one - other).map(([, bytes]) => bytes);
      uploadedZips.push(Buffer.concat(inOrder));
      parts.clear();
      response.end('<CompleteMultipartUploadResult><ETag>"1"</ETag></CompleteMultipartUploadResult>');
      return;
    }
    if (part === null) uploadedZips.push(body);
    else parts.set(Number(part), body);
    response.setHeader('etag', '"1"').end();
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    const { method, url = '' } = request;
    const action = method === 'POST' && url === '/' ? /Action=(\w+)/.exec(body.toString())?.[1] : undefined;
    if (action !== undefined) {
      answerQuery(action, response);
      return;
    }
    if (url.endsWith('/code')) {
      uploadedZips.push(Buffer.from(codeUpdate.parse(JSON.parse(body.toString())).ZipFile, 'base64'));
    }
    if (url.includes('.zip')) {
      answerUpload(new URL(url, 'http://localhost').searchParams, method, body, response);
      return;
    }
    response.end(url.includes('list-type') ? '<ListBucketResult></ListBucketResult>' : deployedFunction);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.number() }).parse(server.address());

  return {
    url: `http://127.0.0.1:${port}`,
    uploadedZips,
    stackActions,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
