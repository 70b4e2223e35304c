// Reads one picture as soon as the process has started, then 99 more, and prints what that took. Its argument
// is when it was started, epoch ms.
import { readFileSync } from 'node:fs';
import { createPlateReader } from '../../functions/plate-reader/plate-reader.ts';
import { readSample } from '../../infra/local/samples/samples.ts';

const startedAtMs = Number(process.argv[2]);
const picture = readSample('day.jpg');
const reader = await createPlateReader();
await reader.read(picture);
const millisecondsToFirstAnswer = Date.now() - startedAtMs;
for (let round = 0; round < 99; round += 1) await reader.read(picture);
const [, highWaterKb = '0'] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
await reader.close();
console.log(JSON.stringify({ millisecondsToFirstAnswer, residentMb: Number(highWaterKb) / 1024 }));
