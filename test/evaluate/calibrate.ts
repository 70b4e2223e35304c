// npm run calibrate: fits how sure the reader may be of a read, on labelled pictures; writes it into
// models.json.
import { readFile, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { startCounter } from '../../cli/terminal/progress.ts';
import { runProgram } from '../../cli/terminal/run-program.ts';
import { formatTable } from '../../cli/terminal/table.ts';
import { normalFormOf } from '../../functions/core/plate/plate-normal-form.ts';
import { parseJson } from '../../functions/core/message/parse-json.ts';
import { calibrateConfidence, type Evidence } from '../../functions/plate-reader/calibrate-confidence.ts';
import { committedModels, loadModels, type Calibration } from '../../functions/plate-reader/models.ts';
import { startNetworks } from '../../functions/plate-reader/networks.ts';
import { readPicture } from '../../functions/plate-reader/read-picture.ts';
import { fitCalibration, type JudgedRead } from './fit-calibration.ts';
import { labelledSet } from './labelled-set.ts';
import * as z from 'zod';

const program = new Command('npm run calibrate --')
  .description(
    'Fits how sure the reader may be of a read, and writes the weights into models.json. ' +
      'training/README.md says how to draw the pictures.',
  )
  .argument('<folder>', 'a folder of drawn pictures')
  .argument('<labels>', 'their labels: tab-separated, with the columns file and truth')
  .exitOverride()
  .action(async (folder: string, labels: string) => {
    const reads = await judgedReads(folder, labels);
    // Fitted on every second read, judged by the others.
    print(
      reads.filter((_, index) => index % 2 === 1),
      fitCalibration(reads.filter((_, index) => index % 2 === 0)),
    );
    const calibration = fitCalibration(reads);
    console.log(JSON.stringify(calibration));
    await writeCalibration(calibration);
  });
await runProgram(program);

/** Every read of the pictures, whether right or wrong. */
async function judgedReads(folder: string, labels: string): Promise<readonly JudgedRead[]> {
  const models = await loadModels(committedModels);
  const networks = await startNetworks(models);
  const reads: JudgedRead[] = [];
  const progress = startCounter('pictures read');
  let count = 0;
  for await (const { bytes, plates } of labelledSet(folder, labels)) {
    const evidenceOf = new Map<number, Evidence>();
    const reading = await readPicture(bytes, networks, models.description, (evidence) => {
      // Above the reader's limits, so that no read is left out; in the same order.
      const confidence = 0.5 + calibrateConfidence(evidence, models.description.calibration) / 2;
      evidenceOf.set(confidence, evidence);
      return confidence;
    });
    const truth = new Set(plates.map(normalFormOf));
    for (const { plate, confidence } of reading.kind === 'read' ? reading.plates : []) {
      const evidence = evidenceOf.get(confidence);
      if (evidence) reads.push({ evidence, isRight: truth.has(normalFormOf(plate)) });
    }
    count += 1;
    progress.update(count);
  }
  progress.stop();
  await networks.close();
  return reads;
}

function print(reads: readonly JudgedRead[], calibration: Calibration): void {
  const limits = [0, 0.2, 0.5, 0.8, 0.9, 0.95, 1.001];
  const rows = limits.slice(1).map((to, index) => {
    const from = limits[index] ?? 0;
    const between = reads.filter(({ evidence }) => {
      const confidence = calibrateConfidence(evidence, calibration);
      return confidence >= from && confidence < to;
    });
    const right = between.filter(({ isRight }) => isRight).length;
    return [`confidence ${from} to ${Math.min(to, 1)}`, `${right} of ${between.length} right`] as const;
  });
  console.log(`${formatTable(rows, [{}, { align: 'right' }])}\n`);
}

async function writeCalibration(calibration: Calibration): Promise<void> {
  const file = new URL('models.json', committedModels);
  const content = z.record(z.string(), z.unknown()).parse(parseJson(await readFile(file, 'utf8')));
  await writeFile(file, `${JSON.stringify({ ...content, calibration }, null, 2)}\n`);
}
