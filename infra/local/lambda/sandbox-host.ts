// The process in which a sandbox runs a function. Its arguments are the module and the name of the handler.
import { inspect } from 'node:util';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { invocationMessage, type HostMessage } from './sandbox-protocol.ts';

const handlerSchema = z.custom<(event: unknown, context: object) => unknown>(
  (value) => typeof value === 'function',
);

const [, , functionPath = '', handlerName = ''] = process.argv;

// The process exits with its parent. It ignores Ctrl-C, which the parent handles.
process.on('disconnect', () => process.exit());
process.on('SIGINT', () => undefined);

try {
  const module: unknown = await import(pathToFileURL(functionPath).href);
  const handler = handlerSchema.parse(z.looseObject({}).parse(module)[handlerName]);
  process.on('message', (message) => void serve(handler, message));
  send({ kind: 'ready' });
} catch (error) {
  send({ kind: 'threw', error: inspect(error) });
}

async function serve(handler: z.infer<typeof handlerSchema>, message: unknown): Promise<void> {
  const { event, deadlineMs, ...identity } = invocationMessage.parse(message);
  const context = {
    ...identity,
    functionVersion: '$LATEST',
    callbackWaitsForEmptyEventLoop: true,
    logGroupName: `/aws/lambda/${identity.functionName}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
  try {
    send({ kind: 'returned', json: JSON.stringify((await handler(event, context)) ?? null) });
  } catch (error) {
    send({ kind: 'threw', error: inspect(error) });
  }
}

function send(message: HostMessage): void {
  process.send?.(message);
}
