import type { PictureRecord } from '../../../functions/core/record/record.ts';
import type { AttributeChange } from './reclassification.ts';

/** What the current rules change in all records together. */
export type ReclassificationSummary = {
  /** Records with a plate that were looked at. */
  readonly reads: number;
  /** Of these, the records in which anything changes. */
  readonly changed: number;
  /** The number of records in which each attribute changes. */
  readonly attributes: readonly { readonly attribute: string; readonly records: number }[];
  /**
   * The number of records that change from one class to another; `none` is the class of a record without one.
   */
  readonly classes: readonly { readonly before: string; readonly after: string; readonly records: number }[];
  readonly examples: readonly Example[];
};

/** A record with its changes, except that of `rulesVersion`. */
export type Example = {
  readonly imageId: string;
  readonly plate?: string | undefined;
  readonly changes: readonly AttributeChange[];
};

const maxExamples = 3;

/** Adds up changes record by record, in memory that does not grow with their number. */
export function createReclassificationTally() {
  let reads = 0;
  let changed = 0;
  const byAttribute = new Map<string, number>();
  const byClasses = new Map<string, ReclassificationSummary['classes'][number]>();
  const examples: Example[] = [];

  return {
    add({ imageId, plate }: PictureRecord, changes: readonly AttributeChange[]): void {
      reads += 1;
      if (changes.length > 0) changed += 1;
      for (const { attribute, before, after } of changes) {
        byAttribute.set(attribute, (byAttribute.get(attribute) ?? 0) + 1);
        if (attribute !== 'plateClass') continue;
        const classes = { before: classText(before), after: classText(after) };
        const name = JSON.stringify(classes);
        byClasses.set(name, { ...classes, records: (byClasses.get(name)?.records ?? 0) + 1 });
      }
      const shown = changes.filter(({ attribute }) => attribute !== 'rulesVersion');
      if (shown.length > 0 && examples.length < maxExamples) {
        examples.push({ imageId, plate, changes: shown });
      }
    },

    summary(): ReclassificationSummary {
      const mostFirst = (one: { records: number }, other: { records: number }) => other.records - one.records;
      return {
        reads,
        changed,
        attributes: [...byAttribute]
          .map(([attribute, records]) => ({ attribute, records }))
          .toSorted(mostFirst),
        classes: [...byClasses.values()].toSorted(mostFirst),
        examples,
      };
    },
  };
}

function classText(plateClass: unknown): string {
  return typeof plateClass === 'string' ? plateClass : 'none';
}
