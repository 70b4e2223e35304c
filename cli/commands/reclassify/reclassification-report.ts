import { rulesVersion } from '../../../functions/core/plate/plate-rules.ts';
import { amount } from '../../terminal/amount.ts';
import { formatTable } from '../../terminal/table.ts';
import type { Example, ReclassificationSummary } from './reclassification-tally.ts';

/** Describes for people what a reclassification changes or, in a dry run, would change. */
export function describeReclassification(
  { reads, changed, attributes, classes, examples }: ReclassificationSummary,
  {
    dryRun,
    overtaken,
    hashed,
  }: { readonly dryRun: boolean; readonly overtaken: number; readonly hashed: number },
): string {
  const count = (number: number) => number.toLocaleString('en');
  const sections = [
    section(
      ['attribute', 'records'],
      attributes.map(({ attribute, records }) => [attribute, count(records)]),
    ),
    section(
      ['class before', 'class now', 'records'],
      classes.map(({ before, after, records }) => [before, after, count(records)]),
    ),
    section(['plate', 'attribute', 'before', 'now', 'for example in'], examples.flatMap(exampleRows)),
  ];
  const result = dryRun
    ? `${count(changed)} would change. Nothing was written.`
    : `${count(changed - overtaken)} were changed.` +
      (overtaken > 0
        ? ` ${count(overtaken)} were not, because they were deleted, or have another read or review now.`
        : '');
  const leftOut =
    hashed === 0 ? '' : ` Left out: ${amount(hashed, 'read')} of plates that are kept as hashes only.`;
  return `${sections.join('')}Rules ${rulesVersion}: ${count(reads)} reads looked at, ${result}${leftOut}\n`;
}

/** A table and an empty line; empty if there are no rows. */
function section(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const columns = header.map((title) => (title === 'records' ? ({ align: 'right' } as const) : {}));
  return rows.length === 0 ? '' : `${formatTable([header, ...rows], columns)}\n\n`;
}

/** A row for each change; only the first row has the plate and its picture. */
function exampleRows({ imageId, plate = '', changes }: Example): string[][] {
  return changes.map(({ attribute, before, after }, index) => [
    index === 0 ? plate : '',
    attribute,
    valueText(before),
    valueText(after),
    index === 0 ? imageId : '',
  ]);
}

function valueText(value: unknown): string {
  if (value === undefined) return '-';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
