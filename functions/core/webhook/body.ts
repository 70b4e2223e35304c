import { koreaOffsetMs } from '../capture/utc-moment.ts';
import type { PlatelineEvent } from '../event/event.ts';
import { plateTextOf } from '../privacy/plate-hash.ts';
import type { Delivery, Webhook } from './webhook.ts';

/** The body of a delivery: one JSON document. */
export function bodyOf(format: Webhook['format'], event: Delivery['event']): string {
  switch (format) {
    case 'json':
      return JSON.stringify(event);
    case 'slack':
      return JSON.stringify({ text: escapeForSlack(sentenceOf(event)) });
    case 'discord':
      // Without allowed mentions, a note with @everyone would call everyone.
      return JSON.stringify({
        content: escapeForDiscord(sentenceOf(event)),
        allowed_mentions: { parse: [] },
      });
  }
}

/** An event in one sentence, for people. */
function sentenceOf(event: Delivery['event']): string {
  switch (event.type) {
    case 'webhook.test':
      return 'This is a test of Plateline.';
    case 'reading.final': {
      const { status, camera = 'a camera', capturedAt, reasonCode } = event.data;
      const what = status === 'READ' ? plateOf(event.data) : statusTexts[status];
      const why = status === 'READ' || reasonCode === undefined ? '' : ` (${reasonCode})`;
      return `${what}${why} at ${camera}, ${koreaTimeOf(capturedAt)}.`;
    }
    case 'visit.started': {
      const { site, firstSeen, cameras } = event.data;
      return `${plateOf(event.data)} came to ${site} (${cameras.join(', ')}), ${koreaTimeOf(firstSeen)}.`;
    }
    case 'visit.ended': {
      const { site, lastSeen, mergedInto } = event.data;
      if (mergedInto !== undefined)
        return `A visit of ${plateOf(event.data)} at ${site} is part of another one.`;
      return `${plateOf(event.data)} was last seen at ${site}, ${koreaTimeOf(lastSeen)}.`;
    }
    case 'list.matched':
      return matchSentence(event.data);
    case 'camera.silent': {
      const { camera, site, lastPictureAt } = event.data;
      const where = site === camera ? camera : `${camera} at ${site}`;
      return `No picture has come from ${where} since ${koreaTimeOf(lastPictureAt)}.`;
    }
    case 'camera.degraded': {
      const { camera, site, from, to, pictures, noPlates, unreadable, usualShare } = event.data;
      const where = site === camera ? camera : `${camera} at ${site}`;
      const span = `${koreaTimeOf(from)} to ${koreaTimeOf(to)}`;
      return `${noPlates + unreadable} of ${pictures} pictures from ${where} have no read plate, usually ${Math.round(100 * usualShare)} %: ${span}.`;
    }
  }
}

function matchSentence(data: Extract<PlatelineEvent, { type: 'list.matched' }>['data']): string {
  const { list, kind, site, read, entry } = data;
  const where = `at ${site} (${read.camera}), ${koreaTimeOf(read.capturedAt)}`;
  if (kind === 'unlisted') return `${plateOf(read)} is not on the list ${list}: ${where}.`;
  const similar = entry && plateOf(entry) !== plateOf(read) ? `, read as ${plateOf(read)},` : '';
  const note = entry?.note === undefined ? '' : ` Note: ${entry.note}`;
  return `${plateOf(entry ?? read)}${similar} is on the list ${list}: ${where}.${note}`;
}

const statusTexts = {
  NO_PLATE: 'No plate',
  UNREADABLE: 'An unreadable picture',
  REJECTED: 'A rejected picture',
  GONE: 'A picture that is gone',
  UNAVAILABLE: 'A picture that could not be fetched',
} as const;

/** Plates are hashed where the stage's parameters say so. */
function plateOf(named: Parameters<typeof plateTextOf>[0]): string {
  const text = plateTextOf(named) ?? '';
  if (text === '') return 'A plate';
  return named.plate === undefined ? `Plate ${text}` : text;
}

/** A moment on a clock in Korea, such as `2026-11-22 17:15:00 KST`. */
function koreaTimeOf(moment: string): string {
  const local = new Date(Date.parse(moment) + koreaOffsetMs).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 19)} KST`;
}

/** Slack reads these three as control characters. */
function escapeForSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Discord's limit for one message. */
const longestDiscordText = 2000;

function escapeForDiscord(text: string): string {
  return text.replaceAll(/[\\*_~`|>#[\]]/g, '\\$&').slice(0, longestDiscordText);
}
