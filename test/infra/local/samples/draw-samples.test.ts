import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, test } from 'vitest';
import { readTruth } from '../../../../infra/local/endpoint/picture-truth.ts';

const program = fileURLToPath(new URL('../../../../infra/local/samples/draw-samples.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'plateline-draw-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function drawSamples(...parameters: string[]) {
  return spawnSync(process.execPath, [program, ...parameters], { encoding: 'utf8', cwd: folder });
}

for (const plate of ['34나5678', '123가4567', '부산34사6789']) {
  test(`draws ${plate} and writes it into the picture's truth`, () => {
    const { status } = drawSamples('--plate', plate, '--scene', 'night', '--out', `${plate}.png`);
    assert.equal(status, 0);
    const truth = readTruth(readFileSync(join(folder, `${plate}.png`)));
    assert.equal(truth.kind, 'truth');
    assert.deepEqual(
      truth.plates.map((shown) => shown.plate),
      [plate],
    );
  });
}

test('accepts Hangul typed in parts', () => {
  const { status } = drawSamples('--plate', '12가3456'.normalize('NFD'), '--out', 'parts.jpg');
  assert.equal(status, 0);
  assert.match(JSON.stringify(readTruth(readFileSync(join(folder, 'parts.jpg')))), /12가3456/);
});

test('prints its help with --help', () => {
  const { status, stdout } = drawSamples('--help');
  assert.equal(status, 0);
  assert.match(stdout, /--plate/);
});

const refused = [
  { parameters: ['--plate', 'ABC', '--out', 'a.jpg'], sentence: /It must be a plate such as/, expected: 2 },
  { parameters: ['--out', 'a.jpg'], sentence: /Name a plate/, expected: 2 },
  { parameters: ['--scene', 'night'], sentence: /Name a plate/, expected: 2 },
  { parameters: ['--plate', '12가3456'], sentence: /Name the file to write/, expected: 2 },
  {
    parameters: ['--plate', '12가3456', '--out', 'a.gif'],
    sentence: /must end in \.jpg or \.png/,
    expected: 2,
  },
  {
    parameters: ['--plate', '12가3456', '--out', 'a.jpg', '--scene', 'fog'],
    sentence: /'fog' is invalid.*day, night/,
    expected: 2,
  },
  { parameters: ['--plate', '12가3456', '--out', 'missing/a.jpg'], sentence: /missing\/a\.jpg/, expected: 1 },
  { parameters: ['--colour', 'red'], sentence: /--colour/, expected: 2 },
];

for (const { parameters, sentence, expected } of refused) {
  test(`refuses ${parameters.join(' ')} in one sentence, with status ${expected}`, () => {
    const { status, stderr } = drawSamples(...parameters);
    assert.equal(status, expected);
    assert.match(stderr, sentence);
    assert.doesNotMatch(stderr, /^\s+at /m);
  });
}
