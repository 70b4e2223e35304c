import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { bundleOptions } from '../../infra/bundle.ts';
import { startLocalStack, type LocalStack } from '../../infra/local/stack.ts';
import { announce, sqsEvent } from './announcements.ts';
import { storePicture } from './bucket-and-queue.ts';
import { describeRuntimeClient, startCold, type ColdStart } from './cold-start-process.ts';
import type { BenchOptions, Figure, Section } from './section.ts';
import { median } from './statistics.ts';
import { startTlsFront } from './tls-front.ts';

/** A change of the function's source. */
type Edit = { readonly file: string; readonly from: string; readonly to: string };

/** The function with one thing done earlier or later than it does it. */
type Variant = { readonly name: string; readonly edits: readonly Edit[]; readonly starts: ColdStart[] };

const functions = fileURLToPath(new URL('../../functions/', import.meta.url));
const handlerFile = 'read-plate/handler.ts';
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
      // Requests that change nothing: the SDK has no other way to open one.
      before(
        endOfComposition,
        `await Promise.all([
          secrets.current(),
          table.letGo('nothing', 'nobody', { calls: 0 }),
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
export async function measureInitPhase({ quick, progress, workDirectory }: BenchOptions): Promise<Section> {
  const measured = await Promise.all(
    variants().map(async (each) => ({ ...each, modulePath: await bundleVariant(each, workDirectory) })),
  );
  const rounds = quick ? 1 : 40;
  const stack = await startLocalStack({ polling: false });
  const front = await startTlsFront(endpointNames.map((name) => stack.environment[name] ?? ''));
  try {
    const certificatePath = path.join(workDirectory, 'certificate.pem');
    await writeFile(certificatePath, front.certificate);
    const environment = {
      ...stack.environment,
      ...Object.fromEntries(endpointNames.map((name, index) => [name, front.urls[index] ?? ''])),
      NODE_EXTRA_CA_CERTS: certificatePath,
    };
    const picture = await storePicture(stack, 'gate-north/2026/11/22/081500.jpg', 100_000);
    takeTime(stack);
    // The first round is not counted: it warms the disk's cache and the servers.
    for (let round = 0; round <= rounds; round += 1) {
      progress(`Init phase: round ${round} of ${rounds}`);
      for (const { modulePath, starts } of measured) {
        const event = sqsEvent([announce(picture, randomUUID(), new Date())], stack.queueArn);
        const start = await startCold(modulePath, event, environment);
        if (round > 0) starts.push(start);
      }
    }
  } finally {
    await front.stop();
    await stack.stop();
  }
  return describe(measured);
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
  const { plugins, ...options } = bundleOptions;
  const entryPoints = [path.join(functions, handlerFile)];
  const changed = edits.map(changeSource);
  const { outputFiles } = await build({ ...options, entryPoints, plugins: [...plugins, ...changed] });
  await writeFile(modulePath, outputFiles[0]?.contents ?? '');
  return modulePath;
}

/** Fails the build where the source no longer has what is to be changed. */
function changeSource({ file, from, to }: Edit): Plugin {
  const changedPath = path.join(functions, file);
  return {
    name: `change ${file}`,
    setup(builder) {
      builder.onLoad({ filter: /\.ts$/ }, async ({ path: loadedPath }) => {
        if (loadedPath !== changedPath) return undefined;
        const source = await readFile(loadedPath, 'utf8');
        if (!source.includes(from)) throw new Error(`${file} no longer has: ${from}`);
        return { contents: source.replace(from, to), loader: 'ts' };
      });
    },
  };
}

function describe(measured: readonly Variant[]): Section {
  const startMs = ({ starts }: Variant) => median(starts.map(({ untilFirstNextMs }) => untilFirstNextMs));
  const pictureMs = ({ starts }: Variant) =>
    median(starts.map(({ untilFirstResponseMs }) => untilFirstResponseMs));
  return {
    title: 'Init phase',
    method:
      `${measured[0]?.starts.length ?? 0} starts of each in turn under ${describeRuntimeClient()}, as under Cold start, but all services speak TLS and each request takes them ${serviceMs} ms. ` +
      'The function as it is, and with one thing done at another time. The connection to the endpoint is never opened in the init phase: there is no request that asks it nothing.',
    figures: measured.flatMap((each): Figure[] => [
      { name: `start: ${each.name}`, value: startMs(each), unit: 'ms' },
      { name: `first picture: ${each.name}`, value: pictureMs(each), unit: 'ms' },
    ]),
    charts: [],
    notes: [],
  };
}
