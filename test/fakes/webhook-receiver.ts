import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenOnLoopback } from '../../infra/local/loopback-server.ts';

/** A request that a receiver got. */
type ReceivedWebhook = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** A server for webhooks on a free port; it answers with the status that `statusOf` gives, 204 by default. */
export async function startWebhookReceiver(statusOf: (received: ReceivedWebhook) => number = () => 204) {
  const received: ReceivedWebhook[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const one = { headers: textsOf(request.headers), body };
      received.push(one);
      response.writeHead(statusOf(one)).end();
    });
  });
  const listening = await listenOnLoopback(server, 0);
  return { url: `${listening.url}/hook`, received, stop: () => listening.stop() };
}

function textsOf(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
