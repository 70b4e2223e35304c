import { buffer } from 'node:stream/consumers';
import { preparationStatuses } from './preparation-status.ts';

// The most bytes of the JPEG are the only argument, the picture is on standard input. What was made goes to
// standard output: one line of JSON, and then the JPEG.
const [, , maxBytes] = process.argv;

const { preparePicture } = await import('./prepare-picture.ts').catch(() =>
  process.exit(preparationStatuses.notStarted),
);
const prepared = await preparePicture(await buffer(process.stdin), Number(maxBytes));
if (prepared.kind === 'refused') {
  process.exitCode = preparationStatuses.refused;
  process.stdout.write(JSON.stringify(prepared.reason));
} else {
  const { jpeg, width, height, stored } = prepared;
  process.stdout.write(`${JSON.stringify({ width, height, stored })}\n`);
  process.stdout.write(jpeg);
}
