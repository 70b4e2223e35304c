import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, test } from 'vitest';
import * as z from 'zod';
import { box } from '../../../../functions/core/record/plate-read.ts';
import { parseJson } from '../../../../functions/core/message/parse-json.ts';
import { commandPath, environment, progressLines } from '../../command.ts';
import { runPlateline } from '../../run-plateline.ts';

const pictures = path.resolve(import.meta.dirname, '../../../../infra/local/samples/pictures');
const day = path.join(pictures, 'day.jpg');
const emptyRoad = path.join(pictures, 'empty-road.png');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'plateline-read-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const readLine = z.object({
  file: z.string(),
  plates: z.array(z.object({ plate: z.string(), confidence: z.number(), box })),
  milliseconds: z.number(),
  error: z.string().optional(),
});

function parseLines(output: string) {
  return output
    .trimEnd()
    .split('\n')
    .map((line) => readLine.parse(parseJson(line)));
}

describe('plateline read', () => {
  test('prints a row for a picture with its plate, class, box and milliseconds', async () => {
    const { output, status } = await runPlateline(['read', day]);
    assert.match(output, /^picture +plate +confidence +class +region +ms +box/);
    assert.match(output, /day\.jpg +123가4567 +[01]\.\d\d +private +\d+ +(\d+,\d+ ){3}\d+,\d+\n/);
    assert.equal(status, 0);
  });

  test('prints a long name with its end, by which a person knows the picture', async () => {
    const long = path.join(folder, '정문'.repeat(20), 'pictures-of-the-whole-day');
    mkdirSync(long, { recursive: true });
    copyFileSync(day, path.join(long, 'day.jpg'));
    const { output } = await runPlateline(['read', long]);
    assert.match(output, /정문\/pictures-of-the-whole-day\/day\.jpg +123가4567/);
  });

  test('with --json prints one line for a picture', async () => {
    const { output, status } = await runPlateline(['read', '--json', day, emptyRoad]);
    const [first, second, ...others] = parseLines(output);
    assert.equal(first?.plates[0]?.plate, '123가4567');
    assert.equal(second?.file, emptyRoad);
    assert.deepEqual(others, []);
    assert.equal(status, 0);
  });

  test('reads the pictures of a folder and of the folders in it, by name', async () => {
    const nested = path.join(folder, 'nested');
    mkdirSync(path.join(nested, 'gate'), { recursive: true });
    copyFileSync(day, path.join(nested, 'gate', 'a.JPG'));
    copyFileSync(emptyRoad, path.join(nested, 'b.png'));
    writeFileSync(path.join(nested, 'notes.txt'), 'no picture');
    const { output } = await runPlateline(['read', '--json', nested]);
    assert.deepEqual(
      parseLines(output).map(({ file }) => path.relative(nested, file)),
      ['b.png', 'gate/a.JPG'],
    );
  });

  test('with --min-confidence leaves out what is below it', async () => {
    const { output } = await runPlateline(['read', '--json', '--min-confidence', '1', emptyRoad]);
    assert.deepEqual(parseLines(output)[0]?.plates, []);
  });

  test('with --save writes each picture as a JPEG of its own size', async () => {
    const saved = path.join(folder, 'saved');
    await runPlateline(['read', '--save', saved, day, emptyRoad]);
    assert.deepEqual(readdirSync(saved).toSorted(), ['day.jpg', 'empty-road.jpg']);
    const { format, width, height } = await sharp(path.join(saved, 'day.jpg')).metadata();
    assert.deepEqual([format, width, height], ['jpeg', 1280, 720]);
  });

  test('says why a file cannot be read, reads the others, and exits with 1', async () => {
    const { output, status } = await runPlateline(['read', path.join(pictures, 'gif-named.jpg'), day]);
    assert.match(output, /gif-named\.jpg +\d+ +The bytes are no picture of a known type\.\n/);
    assert.match(output, /day\.jpg +123가4567/);
    assert.equal(status, 1);
  });

  test('names a file that the system refuses, reads the others, and exits with 1', async () => {
    // Sparse: the system refuses to read more than 2 GiB at once, even for a user who may read every file.
    const huge = path.join(folder, 'huge.jpg');
    writeFileSync(huge, '');
    truncateSync(huge, 3 * 1024 ** 3);
    const { output, errors, status } = await runPlateline(['read', huge, day]);
    assert.match(output, /huge\.jpg +0 +The file system answers .*2 GiB/);
    assert.match(output, /day\.jpg +123가4567/);
    assert.equal(errors, '');
    assert.equal(status, 1);
  });

  test('with --save never replaces a picture that it reads', async () => {
    const own = path.join(folder, 'own');
    mkdirSync(own);
    copyFileSync(day, path.join(own, 'day.jpg'));
    const { errors, status } = await runPlateline(['read', own, '--save', own]);
    assert.match(errors, /^error: --save would replace .*day\.jpg, which is one of the pictures to read/);
    assert.deepEqual(readFileSync(path.join(own, 'day.jpg')), readFileSync(day));
    assert.equal(status, 1);
  });

  test('with --save draws a picture that is named twice once, under its own name', async () => {
    const saved = path.join(folder, 'twice');
    assert.equal((await runPlateline(['read', '--save', saved, day, day])).status, 0);
    assert.deepEqual(readdirSync(saved), ['day.jpg']);
  });

  test('with --save keeps pictures apart whose names differ only in case', async () => {
    const files = ['one/CAR.jpg', 'two/car.jpeg', 'three/Car.png'].map((name) => path.join(folder, name));
    for (const file of files) {
      mkdirSync(path.dirname(file));
      copyFileSync(day, file);
    }
    const saved = path.join(folder, 'cases', 'created', 'too');
    await runPlateline(['read', '--save', saved, ...files]);
    assert.deepEqual(readdirSync(saved).toSorted(), ['CAR.jpg', 'Car-3.jpg', 'car-2.jpg']);
  });

  test('with --save where no folder can be created exits with 1 and a sentence', async () => {
    const { errors, status } = await runPlateline(['read', day, '--save', '/proc/nowhere/x']);
    assert.match(errors, /^error: \/proc\/nowhere\/x cannot be the folder for --save: .*ENOENT.*\n$/);
    assert.equal(status, 1);
  });

  test('with --save to a file exits with 1 and a sentence', async () => {
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    const { errors, status } = await runPlateline(['read', day, '--save', file]);
    assert.match(errors, /^error: .*file cannot be the folder for --save: .*EEXIST.*\n$/);
    assert.equal(status, 1);
  });

  test('exits silently with the status of SIGPIPE when its output is closed while it reads', async () => {
    const exits = [1, 2, 3].map(async () => {
      const names = Array.from({ length: 30 }, () => day);
      const child = spawn(process.execPath, [commandPath, 'read', '--json', ...names], { env: environment });
      let errors = '';
      child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
      await once(child.stdout, 'data');
      child.stdout.destroy();
      await once(child, 'close');
      return { status: child.exitCode ?? child.signalCode, errors: errors.replaceAll(progressLines, '') };
    });
    for (const exit of await Promise.all(exits)) assert.deepEqual(exit, { status: 141, errors: '' });
  });

  test('for a name that does not exist exits with 1 and a sentence', async () => {
    const { errors, status } = await runPlateline(['read', '/nonexistent/car.jpg']);
    assert.equal(errors, 'error: There is no /nonexistent/car.jpg.\n');
    assert.equal(status, 1);
  });

  test('for a folder without pictures exits with 1 and a sentence', async () => {
    const empty = path.join(folder, 'empty');
    mkdirSync(empty);
    const { errors, status } = await runPlateline(['read', empty]);
    assert.match(
      errors,
      /^error: There is no file in there whose name ends as that of a JPEG, PNG, WebP, AVIF or HEIC\.\n$/,
    );
    assert.equal(status, 1);
  });

  test('refuses a confidence above 1 with status 2', async () => {
    assert.equal((await runPlateline(['read', '--min-confidence', '1.5', day])).status, 2);
  });
});
