import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { boxOf } from '../../functions/core/record/plate-read.ts';
import type { EvaluatedPicture } from './evaluated-picture.ts';
import * as z from 'zod';

/**
 * Labels are tab-separated with a header. Needed are `file` and `truth` (plates, `|` between several, empty
 * where there is none); used if present are `corners` (`x1,y1,…,x4,y4` of the first plate, clockwise from its
 * top-left corner), `kind`, and `difficulty`, where `unreadable` leaves a picture out.
 */
export async function* labelledSet(folder: string, labelsFile: string): AsyncGenerator<EvaluatedPicture> {
  const [header = '', ...lines] = (await readFile(labelsFile, 'utf8')).trimEnd().split(/\r?\n/);
  const columns = header.split('\t');
  if (!columns.includes('file') || !columns.includes('truth')) {
    throw new TypeError(`${labelsFile} needs a header with the columns file and truth, separated by tabs.`);
  }
  for (const line of lines) {
    const cells = line.split('\t');
    const cell = (column: string) => cells[columns.indexOf(column)]?.trim() ?? '';
    if (cell('difficulty') === 'unreadable') continue;
    const plates = cell('truth')
      .split('|')
      .map((plate) => plate.trim())
      .filter((plate) => plate !== '');
    const box = parseCorners(cell('corners'));
    yield {
      name: cell('file'),
      bytes: await readFile(path.join(folder, cell('file'))),
      kind: plates.length === 0 ? 'no plate' : cell('kind') || 'any',
      plates,
      ...(box === undefined ? {} : { box }),
    };
  }
}

const corners = boxOf(z.number());

function parseCorners(text: string) {
  const [x1, y1, x2, y2, x3, y3, x4, y4] = text.split(',').map(Number);
  return text === '' ? undefined : corners.parse({ x1, y1, x2, y2, x3, y3, x4, y4 });
}
