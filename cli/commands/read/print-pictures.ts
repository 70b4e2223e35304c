import { classifyPlate } from '../../../functions/core/plate/classify-plate.ts';
import type { PlateRead } from '../../../functions/core/record/plate-read.ts';
import { boxCorners } from '../../terminal/box-corners.ts';
import { jsonLine } from '../../terminal/print-json.ts';
import { escapeControls } from '../../terminal/escape-controls.ts';
import { formatTable, type Column } from '../../terminal/table.ts';

/** One picture after the reader had it. */
export type PictureRead = {
  readonly file: string;
  /** Best first. */
  readonly plates: readonly PlateRead[];
  /** What the reader took for it, in whole milliseconds. */
  readonly milliseconds: number;
  /** Why it could not be read, in a sentence; absent where it could. */
  readonly fault?: string;
};

/** Prints one line of JSON for a picture. */
export function printJsonLine({ file, plates, milliseconds, fault }: PictureRead): void {
  process.stdout.write(
    jsonLine({ file, plates, milliseconds, ...(fault === undefined ? {} : { error: fault }) }),
  );
}

/** Prints rows of a table as they come, under a header; a picture with several plates has a row for each. */
export function createTablePrinter(files: readonly string[]): (picture: PictureRead) => void {
  const columns: readonly Column[] = [
    { width: Math.max('picture'.length, ...files.map(mostColumnsOf)) + 1 },
    { width: 18 },
    { width: 11, align: 'right' },
    { width: 21 },
    { width: 7 },
    { width: 5, align: 'right' },
    {},
  ];
  const print = (rows: readonly (readonly string[])[]) => {
    process.stdout.write(`${formatTable(rows, columns)}\n`);
  };
  print([['picture', 'plate', 'confidence', ' class', 'region', 'ms', ' box, or why there is none']]);
  return ({ file, plates, milliseconds, fault }) => {
    if (plates.length === 0) {
      print([[file, '', '', '', '', String(milliseconds), ` ${fault ?? 'no plate'}`]]);
      return;
    }
    print(
      plates.map(({ plate, confidence, box }, index) => {
        const { plateClass, region = '' } = classifyPlate(plate);
        const first = index === 0;
        return [
          first ? file : '',
          plate,
          confidence.toFixed(2),
          ` ${plateClass}`,
          region,
          first ? String(milliseconds) : '',
          ` ${boxCorners(box)}`,
        ];
      }),
    );
  };
}

/** The columns of the terminal that a text takes at most: a Hangul syllable takes two. */
function mostColumnsOf(text: string): number {
  return escapeControls(text).replaceAll(/[^ -~]/gu, '??').length;
}
