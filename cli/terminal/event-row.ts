import type { PlatelineEvent } from '../../functions/core/event/event.ts';
import { plateTextOf } from '../../functions/core/privacy/plate-hash.ts';
import { koreaTimeOf } from './korea-time.ts';
import { formatTable } from './table.ts';

/** The header of the rows of events. */
export const eventHeader = row(['time (KST)', 'event', 'where', 'plate', 'what']);

/** An event in one line, for people. */
export function eventRow(event: PlatelineEvent): string {
  const [where, plate, what] = cellsOf(event);
  return row([koreaTimeOf(event.time), event.type, where, plate, what]);
}

/** Where it was, the plate, and what happened. */
function cellsOf(event: PlatelineEvent): readonly [string, string, string] {
  switch (event.type) {
    case 'reading.final': {
      const { camera = '', status, confidence, reasonCode } = event.data;
      const more = confidence?.toFixed(2) ?? reasonCode;
      return [camera, plateOf(event.data), more === undefined ? status : `${status} ${more}`];
    }
    case 'visit.started': {
      const { site, cameras } = event.data;
      return [site, plateOf(event.data), cameras.join(', ')];
    }
    case 'visit.ended': {
      const { site, cameras, reads, firstSeen, mergedInto } = event.data;
      const what =
        mergedInto === undefined
          ? `${reads === 1 ? '1 read' : `${reads} reads`} since ${koreaTimeOf(firstSeen)}: ${cameras.join(', ')}`
          : 'part of another visit';
      return [site, plateOf(event.data), what];
    }
    case 'list.matched': {
      const { list, kind, read, entry } = event.data;
      if (kind === 'unlisted') return [read.camera, plateOf(read), `not on the list ${list}`];
      const similar = entry && plateOf(entry) !== plateOf(read) ? ` as ${plateOf(entry)}` : '';
      const note = entry?.note === undefined ? '' : `: ${entry.note}`;
      return [read.camera, plateOf(read), `on the list ${list}${similar}${note}`];
    }
    case 'camera.silent': {
      const { camera, lastPictureAt } = event.data;
      return [camera, '', `no picture since ${koreaTimeOf(lastPictureAt)}`];
    }
    case 'camera.degraded': {
      const { camera, pictures, noPlates, unreadable, usualShare } = event.data;
      const usual = `usually ${Math.round(100 * usualShare)} %`;
      return [camera, '', `${noPlates + unreadable} of ${pictures} without a plate, ${usual}`];
    }
  }
}

function plateOf(named: Parameters<typeof plateTextOf>[0]): string {
  return plateTextOf(named) ?? '';
}

/** Fixed widths, so that each row can be printed when it arrives. */
function row(cells: readonly string[]): string {
  return formatTable([cells], [{ width: 20 }, { width: 15 }, { width: 18 }, { width: 14 }, {}]);
}
