import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';

const callerIdentity =
  '<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account>' +
  '<Arn>arn:aws:iam::123456789012:user/test</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>';

const deployedFunction = JSON.stringify({
  Configuration: { State: 'Active', LastUpdateStatus: 'Successful' },
});

const codeUpdate = z.object({ ZipFile: z.base64() });

/** Stands in for Lambda and STS as far as `osls deploy function` asks them, and keeps the zips it is given. */
export async function startDeploymentEndpoint(): Promise<{
  readonly url: string;
  readonly uploadedZips: readonly Uint8Array[];
  readonly stop: () => Promise<void>;
}> {
  const uploadedZips: Uint8Array[] = [];

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request);
    if (request.url?.endsWith('/code')) {
      uploadedZips.push(Buffer.from(codeUpdate.parse(JSON.parse(body)).ZipFile, 'base64'));
    }
    response.end(body.startsWith('Action=GetCallerIdentity') ? callerIdentity : deployedFunction);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.number() }).parse(server.address());

  return {
    url: `http://127.0.0.1:${port}`,
    uploadedZips,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
