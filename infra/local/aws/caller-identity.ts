import { createServer } from 'node:http';
import { listenOnLoopback, type LoopbackServer } from '../loopback-server.ts';

/** Starts the one operation of STS that the command needs, GetCallerIdentity: everybody is the user `local`. */
export function startCallerIdentity(accountId: string): Promise<LoopbackServer> {
  const identity = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <GetCallerIdentityResult>
    <Arn>arn:aws:iam::${accountId}:user/local</Arn>
    <UserId>AIDALOCAL</UserId>
    <Account>${accountId}</Account>
  </GetCallerIdentityResult>
</GetCallerIdentityResponse>`;
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/xml' }).end(identity);
  });
  return listenOnLoopback(server, 0);
}
