import { buffer } from 'node:stream/consumers';
import * as z from 'zod/mini';
import { box } from '../core/record/plate-read.ts';
import { cutPlate } from './cut-plate.ts';

/** The exit status for a picture of which no crop can be cut; standard output then has the reason as JSON. */
const refused = 3;

// The box is the only argument, the picture is on standard input, and the crop goes to standard output.
const [, , boxJson] = z.tuple([z.string(), z.string(), z.string()]).parse(process.argv);
const cut = await cutPlate(await buffer(process.stdin), box.parse(JSON.parse(boxJson)));
if (cut.kind === 'refused') process.exitCode = refused;
process.stdout.write(cut.kind === 'cut' ? cut.jpeg : JSON.stringify(cut.reason));
