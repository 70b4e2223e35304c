import { koreaOffsetMs, koreaZone } from '../../functions/core/capture/utc-moment.ts';
import type { WatchEntry } from '../../functions/core/watch-list/watch-list.ts';

/** Between the cameras of one cell. */
export const cameraSeparator = ';';

/** A column of the CSV of a list. */
type EntryColumn = {
  readonly name: 'plate' | 'note' | 'from' | 'until' | 'days' | 'hours' | 'cameras';
  readonly about: string;
  readonly cellOf: (entry: WatchEntry) => string;
};

/** The columns in their order; `watch import` reads what `watch export` writes. */
export const entryColumns: readonly EntryColumn[] = [
  { name: 'plate', about: 'the whole plate', cellOf: ({ plateKey }) => plateKey },
  { name: 'note', about: 'up to 200 characters', cellOf: ({ note = '' }) => note },
  {
    name: 'from',
    about: "valid from then on, a day or a time in Korea's time",
    cellOf: ({ validFrom }) => (validFrom === undefined ? '' : koreaText(validFrom, '00:00:00.000')),
  },
  {
    name: 'until',
    about: 'valid until then; a day is included',
    cellOf: ({ validUntil }) => (validUntil === undefined ? '' : koreaText(validUntil, '23:59:59.999')),
  },
  { name: 'days', about: 'such as mon-fri or sat,sun', cellOf: ({ days = [] }) => days.join(',') },
  { name: 'hours', about: 'such as 22:00-06:00', cellOf: ({ hours = '' }) => hours },
  {
    name: 'cameras',
    about: `cameras, with ${cameraSeparator} between them`,
    cellOf: ({ cameras = [] }) => cameras.join(cameraSeparator),
  },
];

/** A day where the moment is the edge of one in Korea, else the moment with Korea's zone. */
function koreaText(moment: string, edge: string): string {
  const local = new Date(Date.parse(moment) + koreaOffsetMs).toISOString().slice(0, -1);
  const [day = '', time = ''] = local.split('T');
  return time === edge ? day : `${local}${koreaZone}`;
}
