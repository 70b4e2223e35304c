// The process in which a sandbox runs a function: argv names the module and its export that is the handler.
import { inspect } from 'node:util';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { invocationMessage, type HostMessage } from './sandbox-protocol.ts';

const handlerSchema = z.custom<(event: unknown, context: object) => unknown>(
  (value) => typeof value === 'function',
);

const [, , functionPath = '', handlerName = ''] = process.argv;

// Without its parent a sandbox has no purpose; a terminal's Ctrl-C is the parent's to handle.
process.on('disconnect', () => process.exit());
process.on('SIGINT', () => undefined);

try {
  const module: unknown = await import(pathToFileURL(functionPath).href);
  const handler = handlerSchema.parse(z.looseObject({}).parse(module)[handlerName]);
  process.on('message', (message) => void serve(handler, message));
  say({ kind: 'ready' });
} catch (error) {
  say({ kind: 'threw', error: inspect(error) });
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
    say({ kind: 'returned', json: JSON.stringify((await handler(event, context)) ?? null) });
  } catch (error) {
    say({ kind: 'threw', error: inspect(error) });
  }
}

function say(message: HostMessage): void {
  process.send?.(message);
}
