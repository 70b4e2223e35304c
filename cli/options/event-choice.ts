import { InvalidArgumentError } from 'commander';
import { eventTypes, type PlatelineEvent } from '../../functions/core/event/event.ts';
import { parseListName } from './list-name.ts';

export const eventsHelp = `only these, with commas: ${eventTypes.join(', ')}`;
export const listsHelp = 'of list.matched only the matches of these watch lists, with commas';

/** Parses the option `--events`. */
export function parseEventTypes(text: string): readonly PlatelineEvent['type'][] {
  return text.split(',').map((part) => {
    const type = eventTypes.find((each) => each === part.trim());
    if (type !== undefined) return type;
    throw new InvalidArgumentError(`There is no event ${part.trim()}; there are ${eventTypes.join(', ')}.`);
  });
}

/** Parses the option `--lists`. */
export function parseListNames(text: string): readonly string[] {
  return text.split(',').map((part) => parseListName(part.trim()));
}
