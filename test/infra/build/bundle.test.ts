import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { beforeAll, test, type TestContext } from 'vitest';
import { startDeploymentEndpoint } from '../deployment-endpoint.ts';
import { deployedPackage } from '../deployed-package.ts';
import { copyService, type ServiceCopy } from '../service-copy.ts';
import { packageTemplate } from '../template.ts';

let zip: Uint8Array;

beforeAll(async () => {
  zip = await readFile(path.join(await deployedPackage(['--stage', 'prod']), 'read-plate.zip'));
});

test('the zip holds the bundle, and beside it what only some pictures need', () => {
  const files = Object.keys(unzipSync(zip)).filter((name) => !name.startsWith('node_modules/@img/sharp-'));
  assert.deepEqual(files, [
    'read-plate.mjs',
    'picture-preparer.mjs',
    'crop-keeper.mjs',
    'preparation-process.mjs',
    'crop-process.mjs',
    'node_modules/libheif-js/package.json',
    'node_modules/libheif-js/libheif-wasm/libheif.js',
    'node_modules/libheif-js/libheif-wasm/libheif.wasm',
    'node_modules/libheif-js/libheif-wasm/LICENSE',
  ]);
});

test('the bundle exports the handler, and needs no other file to start', async (context) => {
  const directory = await mkdtemp(path.join(tmpdir(), 'plateline-bundle-'));
  context.onTestFinished(() => rm(directory, { recursive: true }));
  await writeFile(path.join(directory, 'read-plate.mjs'), bundleIn(zip));

  const script = "import { handler } from './read-plate.mjs'; console.log(typeof handler);";
  const environment = {
    AWS_REGION: 'ap-northeast-2',
    READINGS_TABLE: 'plateline-prod-readings',
    USAGE_TABLE: 'plateline-prod-usage',
    APP_KEY_PARAMETER: '/plateline/prod/app-key',
    SECRET_KEY_PARAMETER: '/plateline/prod/secret-key',
  };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: directory,
    env: environment,
  });
  assert.equal(stdout, 'function\n');
});

test('the bundle is at most 600 KB, because a cold start reads all of it', () => {
  assert.ok(Buffer.byteLength(bundleIn(zip)) <= 600_000);
});

test('the same source makes the same zip in every directory and for every stage', async (context) => {
  const other = await copyService();
  context.onTestFinished(() => other.remove());
  assert.deepEqual(await packageZip(other, 'dev'), zip);
});

test('the next package contains a changed source', async (context) => {
  const changed = await copyChangedService(context);
  assert.match(bundleIn(await packageZip(changed, 'prod')), change);
});

test('osls deploy function uploads a changed source', async (context) => {
  const changed = await copyChangedService(context);
  const endpoint = await startDeploymentEndpoint();
  context.onTestFinished(() => endpoint.stop());

  const { exitCode, output } = await changed.osls(
    ['deploy', 'function', '--function', 'readPlate', '--stage', 'prod'],
    { AWS_ENDPOINT_URL: endpoint.url, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
  );
  assert.equal(exitCode, 0, output);
  const [upload, ...others] = endpoint.uploadedZips;
  assert.match(bundleIn(upload ?? new Uint8Array()), change);
  assert.deepEqual(others, []);
});

test('osls deploy uploads a changed source between creating the stack and updating it', async (context) => {
  const changed = await copyChangedService(context);
  const endpoint = await startDeploymentEndpoint();
  context.onTestFinished(() => endpoint.stop());

  const { exitCode, output } = await changed.osls(['deploy', '--stage', 'prod'], {
    AWS_ENDPOINT_URL: endpoint.url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  assert.equal(exitCode, 0, output);
  // The zips of other functions have no such bundle.
  const [bundle = '', ...others] = endpoint.uploadedZips.map(bundleIn).filter((source) => source !== '');
  assert.match(bundle, change);
  assert.deepEqual(others, []);
  assert.equal(endpoint.stackActions.filter((action) => action === 'ExecuteChangeSet').length, 2);
});

const change = /plateline-changed-source/;

async function copyChangedService(context: TestContext): Promise<ServiceCopy> {
  const changed = await copyService();
  context.onTestFinished(() => changed.remove());
  const handler = path.join(changed.directory, 'functions/read-plate/handler.ts');
  await appendFile(handler, "\nexport const changed = 'plateline-changed-source';\n");
  return changed;
}

async function packageZip(copy: ServiceCopy, stage: string): Promise<Uint8Array> {
  await packageTemplate(copy, ['--stage', stage]);
  return readFile(path.join(copy.directory, 'packaged/read-plate.zip'));
}

function bundleIn(zipFile: Uint8Array): string {
  return new TextDecoder().decode(unzipSync(zipFile)['read-plate.mjs']);
}
