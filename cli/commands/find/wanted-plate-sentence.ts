import type { WantedPlateFault } from '../../../functions/core/search/wanted-plate.ts';

/** Explains to a person why a plate cannot be searched for; `last` is the value of --last. */
export function sentenceFor(fault: WantedPlateFault, last = ''): string {
  switch (fault) {
    case 'nothing-given':
      return "Give a plate, a part of one such as '12가*', or --last 3456.";
    case 'plate-and-last-four':
      return 'Give a plate or --last, not both.';
    case 'not-four-digits':
      return `--last needs four digits, not '${last}'.`;
    case 'look-alikes-of-last-four':
      return '--fuzzy needs a whole plate, not --last.';
    case 'look-alikes-of-pattern':
      return '--fuzzy needs a whole plate, without * and ?.';
    case 'empty-plate':
      return 'That plate has no letters or digits to search for.';
  }
}
