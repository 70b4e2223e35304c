import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startLocalStack, type LocalStack } from '../../infra/local/stack.ts';
import { announce, sqsEvent } from './announcements.ts';
import { storePicture } from './bucket-and-queue.ts';
import { bundleVariant, type Variant } from './bundle-variant.ts';
import type { Edit } from './change-source.ts';
import { describeRuntimeClient, startCold, type ColdStart } from './cold-start-process.ts';
import type { BenchOptions, Figure, Section } from './section.ts';
import { median } from './statistics.ts';
import { startTlsFront, type TlsFront } from './tls-front.ts';

/** A variant of the function and its measured starts. */
type Subject = Variant & { readonly starts: ColdStart[] };

const handlerFile = 'read-plate/handler.ts';
const endOfComposition = 'export const handler';

/** The time that S3, SSM, DynamoDB and the endpoint each take for a request. */
const serviceMs = 15;

/** The function as it is, and with one step done earlier or later. */
export const initPhaseVariants: readonly Variant[] = [
  variant('as it is', []),
  variant('keys read when a picture needs them', [
    { file: handlerFile, from: 'prepare().catch(() => undefined);', to: '' },
  ]),
  variant('keys read in the init phase', [before(endOfComposition, 'await prepare();')]),
  variant('connections opened in the init phase', [
    // Requests without an effect: the SDK has no other way to open a connection.
    before(
      endOfComposition,
      `await Promise.all([
          prepare(),
          table.release('nothing', 'nobody', { calls: 0 }),
          usageTable.add([{ day: 'none', camera: 'none', counts: { pictures: 0, reads: 0, noPlates: 0, unreadable: 0, rejected: 0, gone: 0, unavailable: 0, calls: 0, capturedAtFaults: 0, keysNotMatched: 0 } }]),
          pictures.fetch({ bucket: 'nothing', key: 'nothing', versionId: 'none' }).catch(() => undefined),
        ]);`,
    ),
  ]),
  variant('clients built and undici loaded in the init phase', [
    {
      file: 'adapters/lazily.ts',
      from: 'return () => (built ??= build());',
      to: 'built = build(); return () => built;',
    },
    {
      file: 'adapters/vehicle-plate-endpoint.ts',
      from: "import type Pool from 'undici/lib/dispatcher/pool.js';",
      to: "import 'undici/lib/dispatcher/pool.js';",
    },
  ]),
];

function variant(name: string, edits: readonly Edit[]): Variant {
  return { name, edits, without: [] };
}

function before(from: string, line: string): Edit {
  return { file: handlerFile, from, to: `${line}\n${from}` };
}

/** Compares steps done in Lambda's init phase with the same steps done for the first batch. */
export async function measureInitPhase(options: BenchOptions): Promise<Section> {
  const measured = initPhaseVariants.map((each): Subject => ({ ...each, starts: [] }));
  const stack = await startLocalStack({ polling: false });
  try {
    const front = await startTlsFront(
      endpointNames.map((name) => stack.functionOf('read-plate').environment[name] ?? ''),
    );
    try {
      await startInTurn(measured, stack, front, options);
    } finally {
      await front.stop();
    }
  } finally {
    await stack.stop();
  }
  return describe(measured);
}

async function startInTurn(
  measured: readonly Subject[],
  stack: LocalStack,
  front: TlsFront,
  { quick, progress, workDirectory }: BenchOptions,
): Promise<void> {
  const modulePaths = new Map<Subject, string>();
  for (const each of measured) modulePaths.set(each, await bundleVariant(each, workDirectory));
  const certificatePath = path.join(workDirectory, 'certificate.pem');
  await writeFile(certificatePath, front.certificate);
  const environment = {
    ...stack.functionOf('read-plate').environment,
    ...Object.fromEntries(endpointNames.map((name, index) => [name, front.urls[index] ?? ''])),
    NODE_EXTRA_CA_CERTS: certificatePath,
  };
  const picture = await storePicture(stack, 'gate-north/2026/11/22/081500.jpg', 100_000);
  slowDown(stack);
  const rounds = quick ? 1 : 40;
  // Round 0 is not counted: it warms the disk's cache and the servers.
  for (let round = quick ? 1 : 0; round <= rounds; round += 1) {
    progress(`Init phase: round ${round} of ${rounds}`);
    for (const [{ starts }, modulePath] of modulePaths) {
      const event = sqsEvent([announce(picture, randomUUID(), new Date())], stack.queueArn);
      const start = await startCold(modulePath, event, environment);
      if (round > 0) starts.push(start);
    }
  }
}

/** The environment variables with the addresses of the services that a picture needs. */
const endpointNames = [
  'AWS_ENDPOINT_URL_S3',
  'AWS_ENDPOINT_URL_DYNAMODB',
  'AWS_ENDPOINT_URL_SSM',
  'OCR_BASE_URL',
];

function slowDown({ s3, dynamodb, ssm, vehiclePlateEndpoint }: LocalStack): void {
  for (const service of [s3, dynamodb, ssm]) {
    service.fail({ times: Infinity, fault: { kind: 'delay', delayMs: serviceMs } });
  }
  vehiclePlateEndpoint.script({ delayMs: serviceMs });
}

function describe(measured: readonly Subject[]): Section {
  const startMs = ({ starts }: Subject) => median(starts.map(({ firstNext }) => firstNext.elapsedMs));
  const pictureMs = ({ starts }: Subject) =>
    median(starts.map(({ firstResponse }) => firstResponse.elapsedMs));
  return {
    title: 'Init phase',
    method:
      `${measured[0]?.starts.length ?? 0} starts of each in turn under ${describeRuntimeClient()}. Each variant is bundled from changed source. ` +
      `The servers are those of Cold start, but they speak TLS and take ${serviceMs} ms for a request. ` +
      'The function runs as it is, and with one step done at another time. No variant opens the connection to the endpoint in the init phase: the endpoint has no request without an effect.',
    figures: measured.flatMap((each): Figure[] => [
      { name: `start: ${each.name}`, value: startMs(each), unit: 'ms' },
      { name: `first picture: ${each.name}`, value: pictureMs(each), unit: 'ms' },
    ]),
    charts: [],
    notes: [],
  };
}
