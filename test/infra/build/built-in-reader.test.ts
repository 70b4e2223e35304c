import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { unzipSync } from 'fflate';
import { describe, test } from 'vitest';
import * as z from 'zod';
import { createIsolatedReader } from '../../../functions/plate-reader/isolated-reader.ts';
import { unpackFunction } from '../../../infra/local/lambda/unpack-function.ts';
import { readSample } from '../../../infra/local/samples/samples.ts';
import { deployedPackage } from '../deployed-package.ts';
import { deployedTemplate, resourceOf } from '../template.ts';

const stage = ['--stage', 'prod', '--param', 'reader=builtin'];
/** The default architecture, and the other one. */
const parametersOf = { arm64: stage, x86_64: [...stage, '--param', 'architecture=x86_64'] } as const;
/** `e_machine` of an ELF header (System V ABI, supplements for AArch64 and x86-64). */
const machineOf = { arm64: 0xb7, x86_64: 0x3e } as const;
const nodeArchitectureOf = { arm64: 'arm64', x86_64: 'x64' } as const;

const zipOf = async (architecture: keyof typeof parametersOf) =>
  path.join(await deployedPackage(parametersOf[architecture]), 'read-plate.zip');

for (const architecture of ['arm64', 'x86_64'] as const) {
  describe(`the package for ${architecture}`, () => {
    test('has at most 80 MB unpacked, and its native parts are of Linux on this architecture', async () => {
      const files = Object.entries(unzipSync(await readFile(await zipOf(architecture))));
      const sizeBytes = files.reduce((sum, [, content]) => sum + content.length, 0);
      assert.ok(sizeBytes <= 80_000_000, `${sizeBytes} bytes`);
      const natives = files.filter(([name]) => /\.(node|so)(\.|$)/.test(name));
      assert.equal(natives.length, 4);
      for (const [name, content] of natives) {
        assert.deepEqual([...content.subarray(0, 6)], [0x7f, 0x45, 0x4c, 0x46, 2, 1], name);
        assert.equal(Buffer.from(content).readUInt16LE(18), machineOf[architecture], name);
      }
    });

    test('is deployed for this architecture, with the memory of a whole processor', async () => {
      const template = await deployedTemplate([...parametersOf[architecture]]);
      const { Architectures, MemorySize } = resourceOf(template, 'ReadPlateLambdaFunction').Properties;
      assert.deepEqual([Architectures, MemorySize], [[architecture], 1769]);
    });

    const isThisOne = process.platform === 'linux' && process.arch === nodeArchitectureOf[architecture];
    if (!isThisOne) return;

    test('reads a picture on this machine, which has this architecture', async (context) => {
      const directory = await unpackFunction(await zipOf(architecture));
      context.onTestFinished(() => rm(directory, { recursive: true }));
      const program = pathToFileURL(path.join(directory, 'reader-process.mjs'));
      const reader = createIsolatedReader({ timeoutMs: 60_000, program });
      context.onTestFinished(() => reader.close());
      const reading = await reader.read(readSample('day.jpg'));
      assert.equal(reading.kind === 'read' && reading.plates[0]?.plate, '123가4567');
    });
  });
}

test('a stack that reads the pictures itself has no alarm about an endpoint, and shows none', async () => {
  const template = await deployedTemplate([...parametersOf.arm64]);
  const names = Object.keys(template.Resources).filter((name) => name.endsWith('Alarm'));
  assert.ok(names.includes('MostPicturesWaitAlarm'));
  assert.ok(!names.includes('BrokenContractAlarm') && !names.includes('AllPicturesRejectedAlarm'));
  const { 'Fn::Sub': body } = z
    .object({ 'Fn::Sub': z.string() })
    .parse(resourceOf(template, 'Dashboard').Properties['DashboardBody']);
  const shown = [...body.matchAll(/"\$\{(\w+Alarm)\.Arn\}"/g)].map(([, name]) => name);
  assert.deepEqual(shown.toSorted(), names.toSorted());
  JSON.parse(body);
});
