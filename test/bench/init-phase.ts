import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleFunctions } from '../../infra/build/bundle.ts';
import { startLocalStack, type LocalStack } from '../../infra/local/stack.ts';
import { announce, sqsEvent } from './announcements.ts';
import { storePicture } from './bucket-and-queue.ts';
import { changeSource, type Edit } from './change-source.ts';
import { describeRuntimeClient, startCold, type ColdStart } from './cold-start-process.ts';
import type { BenchOptions, Figure, Section } from './section.ts';
import { median } from './statistics.ts';
import { startTlsFront, type TlsFront } from './tls-front.ts';

/** The function with one thing done earlier or later than it does it. */
type Variant = { readonly name: string; readonly edits: readonly Edit[]; readonly starts: ColdStart[] };

const handlerFile = 'read-plate/handler.ts';
const entryPoint = fileURLToPath(new URL(`../../functions/${handlerFile}`, import.meta.url));
const endOfComposition = '/** What Lambda calls with each batch of the queue. */';

/** How long S3, SSM, DynamoDB and the endpoint each take with a request. */
const serviceMs = 15;

function variants(): readonly Variant[] {
  return [
    variant('as it is', []),
    variant('keys read when a picture needs them', [
      { file: handlerFile, from: 'secrets.current().catch(() => undefined);', to: '' },
    ]),
    variant('keys read in the init phase', [before(endOfComposition, 'await secrets.current();')]),
    variant('connections opened in the init phase', [
      // Requests of no consequence: the SDK has no other way to open a connection.
      before(
        endOfComposition,
        `await Promise.all([
          secrets.current(),
          table.letGo('nothing', 'nobody', { calls: 0 }),
          usageTable.add([{ day: 'none', camera: 'none', counts: { pictures: 0, reads: 0, noPlates: 0, unreadable: 0, rejected: 0, gone: 0, calls: 0 } }]),
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
}

function variant(name: string, edits: readonly Edit[]): Variant {
  return { name, edits, starts: [] };
}

function before(from: string, line: string): Edit {
  return { file: handlerFile, from, to: `${line}\n${from}` };
}

/** What it brings to do something in Lambda's init phase that could wait for the first batch, and the other way round. */
export async function measureInitPhase(options: BenchOptions): Promise<Section> {
  const measured = variants();
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
  measured: readonly Variant[],
  stack: LocalStack,
  front: TlsFront,
  { quick, progress, workDirectory }: BenchOptions,
): Promise<void> {
  const modulePaths = new Map<Variant, string>();
  for (const each of measured) modulePaths.set(each, await bundleVariant(each, workDirectory));
  const certificatePath = path.join(workDirectory, 'certificate.pem');
  await writeFile(certificatePath, front.certificate);
  const environment = {
    ...stack.functionOf('read-plate').environment,
    ...Object.fromEntries(endpointNames.map((name, index) => [name, front.urls[index] ?? ''])),
    NODE_EXTRA_CA_CERTS: certificatePath,
  };
  const picture = await storePicture(stack, 'gate-north/2026/11/22/081500.jpg', 100_000);
  takeTime(stack);
  const rounds = quick ? 1 : 40;
  // The first round is not counted: it warms the disk's cache and the servers.
  for (let round = 0; round <= rounds; round += 1) {
    progress(`Init phase: round ${round} of ${rounds}`);
    for (const [{ starts }, modulePath] of modulePaths) {
      const event = sqsEvent([announce(picture, randomUUID(), new Date())], stack.queueArn);
      const start = await startCold(modulePath, event, environment);
      if (round > 0) starts.push(start);
    }
  }
}

/** The variables that tell the function where to reach what it needs for a picture. */
const endpointNames = [
  'AWS_ENDPOINT_URL_S3',
  'AWS_ENDPOINT_URL_DYNAMODB',
  'AWS_ENDPOINT_URL_SSM',
  'OCR_BASE_URL',
];

function takeTime({ s3, dynamodb, ssm, vehiclePlateEndpoint }: LocalStack): void {
  for (const service of [s3, dynamodb, ssm]) {
    service.fail({ times: Infinity, fault: { kind: 'delay', delayMs: serviceMs } });
  }
  vehiclePlateEndpoint.script({ delayMs: serviceMs });
}

async function bundleVariant({ name, edits }: Variant, directory: string): Promise<string> {
  const modulePath = path.join(directory, `${name.replaceAll(' ', '-')}.mjs`);
  const bundles = await bundleFunctions({ 'read-plate': entryPoint }, edits.map(changeSource));
  for (const bundle of bundles.values()) await writeFile(modulePath, bundle);
  return modulePath;
}

function describe(measured: readonly Variant[]): Section {
  const startMs = ({ starts }: Variant) => median(starts.map(({ untilFirstNextMs }) => untilFirstNextMs));
  const pictureMs = ({ starts }: Variant) =>
    median(starts.map(({ untilFirstResponseMs }) => untilFirstResponseMs));
  return {
    title: 'Init phase',
    method:
      `${measured[0]?.starts.length ?? 0} starts of each in turn under ${describeRuntimeClient()}, each bundled from the source, against the servers of Cold start, which here speak TLS and take ${serviceMs} ms for a request. ` +
      'The function as it is, and with one thing done at another time. The connection to the endpoint is never opened in the init phase: there is no request that asks it nothing.',
    figures: measured.flatMap((each): Figure[] => [
      { name: `start: ${each.name}`, value: startMs(each), unit: 'ms' },
      { name: `first picture: ${each.name}`, value: pictureMs(each), unit: 'ms' },
    ]),
    charts: [],
    notes: [],
  };
}
