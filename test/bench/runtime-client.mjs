// Replaces aws-lambda-ric where npm cannot build it. argv has the path of a module and the name of its
// handler.
import { request } from 'node:http';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

const [, , modulePath, exportName] = process.argv;
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');

const { [exportName]: handler } = await import(pathToFileURL(modulePath).href);
for (;;) await serve();

async function serve() {
  const { headers, body } = await ask('GET', 'next');
  const requestId = headers['lambda-runtime-aws-request-id'];
  const deadlineMs = Number(headers['lambda-runtime-deadline-ms']);
  const context = { awsRequestId: requestId, getRemainingTimeInMillis: () => deadlineMs - Date.now() };
  try {
    const result = await handler(JSON.parse(body), context);
    await ask('POST', `${requestId}/response`, JSON.stringify(result ?? null));
  } catch (error) {
    await ask('POST', `${requestId}/error`, String(error?.stack));
  }
}

function ask(method, invocationPath, body) {
  return new Promise((resolve, reject) => {
    const asked = request({ host, port, method, path: `/2018-06-01/runtime/invocation/${invocationPath}` });
    asked.once('error', reject);
    asked.once('response', (response) => {
      text(response).then((answer) => resolve({ headers: response.headers, body: answer }), reject);
    });
    asked.end(body);
  });
}
