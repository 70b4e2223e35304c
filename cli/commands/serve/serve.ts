import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { Command } from 'commander';
import * as z from 'zod';
import { CommandError } from '../../terminal/command-error.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { wholeNumber } from '../../options/whole-number.ts';
import { startReader } from '../../terminal/start-reader.ts';
import { listenForInterrupt } from '../../terminal/interrupt.ts';
import { jsonLine } from '../../terminal/print-json.ts';
import { readEndpointKeys } from './endpoint-keys.ts';

type ServeOptions = {
  readonly host: string;
  readonly port: number;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly workers?: number;
  readonly queue: number;
  readonly maxBytes: number;
  readonly keysFromStage: boolean;
};

/** The vendor's limit of a request. */
const defaultMaxBytes = 5 * 1024 * 1024;

/** Adds `plateline serve`: the vehicle-plate endpoint on this machine. */
export function addServe(program: Command): void {
  program
    .command('serve')
    .summary("answer the vehicle-plate endpoint's contract on this machine")
    .description(
      "Starts an HTTP server of the vehicle-plate endpoint's contract that reads the plates itself. " +
        'Callers must name the keys in PLATELINE_APP_KEY and PLATELINE_SECRET_KEY, or those of a stage. ' +
        'Ctrl-C or SIGTERM lets it answer what it has begun, for at most 20 seconds, and then exits.',
    )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0 takes a free one', wholeNumber(0, 65_535), 8080)
    .option('--tls-cert <file>', 'certificate chain in PEM, for https')
    .option('--tls-key <file>', "the certificate's private key in PEM")
    .option('--workers <number>', 'pictures to read at once (default: one per processor)', wholeNumber(1, 64))
    .option(
      '--queue <number>',
      'pictures that may wait; more are refused with HTTP 429',
      wholeNumber(0, 10_000),
      64,
    )
    .option(
      '--max-bytes <number>',
      'largest request in bytes',
      wholeNumber(1024, 32 * 1024 * 1024),
      defaultMaxBytes,
    )
    .option('--keys-from-stage', 'take the keys of --stage from Parameter Store', false)
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  plateline serve --port 8080\n' +
        '  plateline serve --stage prod --keys-from-stage --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem\n',
    )
    .action(async (options: ServeOptions, command: Command) => {
      await serve(options, command);
    });
}

async function serve(options: ServeOptions, command: Command): Promise<void> {
  const keys = await readEndpointKeys(process.env, { ...globalOptionsOf(command), ...options });
  const tls = await readTls(options);
  const interrupt = listenForInterrupt();
  // Loading the reader takes longer than all that the other commands do.
  const [{ committedModels, describeModels }, { startVehiclePlateServer }] = await Promise.all([
    import('../../../functions/plate-reader/models.ts'),
    import('../../../functions/plate-reader/server/vehicle-plate-server.ts'),
  ]);
  const reader = await startReader({
    maxWaiting: options.queue,
    ...(options.workers === undefined ? {} : { workers: options.workers }),
  });
  try {
    const server = await startVehiclePlateServer({
      reader,
      modelVersion: (await describeModels(committedModels)).version,
      keys,
      host: options.host,
      port: options.port,
      maxBytes: options.maxBytes,
      ...(tls === undefined ? {} : { tls }),
      log: (request) => process.stdout.write(jsonLine({ time: new Date().toISOString(), ...request })),
      newRequestId: randomUUID,
    }).catch((error: unknown) => {
      throw cannotListen(error, options);
    });
    process.stderr.write(`Listening on ${server.url}. Ctrl-C ends it.\n`);
    await aborted(interrupt);
    process.stderr.write('Closing: the requests that have begun are answered first.\n');
    await server.close();
  } finally {
    await reader.close();
  }
}

const listenError = z.object({
  code: z.enum(['EADDRINUSE', 'EADDRNOTAVAIL', 'EACCES', 'ENOTFOUND']),
  message: z.string(),
});

/** A CommandError `CANNOT_LISTEN` for an address that this machine refuses; every other error as it is. */
function cannotListen(error: unknown, { host, port }: ServeOptions): unknown {
  const known = listenError.safeParse(error).data;
  if (known === undefined) return error;
  return new CommandError('CANNOT_LISTEN', `The server cannot listen on ${host}:${port} (${known.code}).`, {
    cause: error,
  });
}

async function readTls({
  tlsCert,
  tlsKey,
}: ServeOptions): Promise<{ cert: string; key: string } | undefined> {
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new CommandError('USAGE', '--tls-cert and --tls-key belong together: give both or neither.');
  }
  const [cert, key] = await Promise.all([readPem(tlsCert), readPem(tlsKey)]);
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    throw new CommandError(
      'UNUSABLE_CERTIFICATE',
      `${tlsCert} and ${tlsKey} are not a certificate in PEM and its private key.`,
      { cause },
    );
  }
  return { cert, key };
}

async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CommandError('CANNOT_READ', `${file} cannot be read.`, { cause: error });
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}
