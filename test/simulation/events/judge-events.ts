import type { PlatelineEvent } from '../../../functions/core/event/event.ts';
import { plateDistance } from '../../../functions/core/search/plate-distance.ts';
import { placeOf } from '../../../functions/core/visit/site-settings.ts';
import type { Visit } from '../../../functions/core/visit/visit.ts';
import type { StreamedRead } from '../../fakes/stream-records.ts';
import { settings, type Arrival, type EventHistory } from './run-event-history.ts';

/** Which promises a history breaks; it shares no code with what decides about visits. */
export function judgeEvents(history: EventHistory): string[] {
  const { drawn, visits, published, open } = history;
  const pictures = drawn.map(({ read }) => read);
  const reads = pictures.filter(({ isEmpty }) => isEmpty !== true);
  const stays = staysOf(reads);
  const standing = visits
    .filter(({ mergedInto }) => mergedInto === undefined)
    .map(({ tracked }) => tracked.visit);
  const described = standing.map(({ site, firstSeen, lastSeen, reads: count }) =>
    [site, firstSeen, lastSeen, count].join(' '),
  );
  const wanted = stays.map(({ site, of }) => {
    const moments = of.map(({ capturedAt = '' }) => capturedAt).toSorted();
    return [site, moments[0], moments.at(-1), of.length].join(' ');
  });
  return [
    ...(open.length > 0 ? [`Something is in progress for ever at ${open.join(', ')}.`] : []),
    ...differences('visits', described, wanted),
    ...faultsOfIds(published),
    ...faultsOfLife(
      published,
      standing.map(({ visitId, reads: count }) => ({ visitId, reads: count })),
    ),
    ...faultsOfReadings(published, pictures),
    ...faultsOfMatches(published, stays, standing),
    ...faultsOfSilences(published, drawn),
    ...faultsOfHours(history),
  ];
}

type Stay = { readonly site: string; readonly of: readonly StreamedRead[] };

/** Reads that belong together, found by joining whatever may be joined until nothing may. */
function staysOf(reads: readonly StreamedRead[]): Stay[] {
  let stays: Stay[] = reads.map((read) => ({ site: placeOf(settings, read.camera).site, of: [read] }));
  for (let changed = true; changed;) {
    changed = false;
    outer: for (const one of stays) {
      for (const other of stays) {
        if (one === other || !belongTogether(one, other)) continue;
        const joined = { site: one.site, of: [...one.of, ...other.of] };
        stays = [...stays.filter((stay) => stay !== one && stay !== other), joined];
        changed = true;
        break outer;
      }
    }
  }
  return stays;
}

function belongTogether(one: Stay, other: Stay): boolean {
  if (one.site !== other.site) return false;
  const spanOf = ({ of }: Stay) => {
    const moments = of.map(({ capturedAt = '' }) => Date.parse(capturedAt));
    return { from: Math.min(...moments), to: Math.max(...moments) };
  };
  const [first, second] = [spanOf(one), spanOf(other)];
  const gapMs = Math.max(first.from, second.from) - Math.min(first.to, second.to);
  const isClose = one.of.some((read) =>
    other.of.some((otherRead) => plateDistance(read.plate, otherRead.plate) <= settings.samePlateDistance),
  );
  return isClose && gapMs <= settings.visitGapMs;
}

function differences(what: string, found: readonly string[], wanted: readonly string[]): string[] {
  const [one, other] = [found.toSorted(), wanted.toSorted()];
  return one.join('; ') === other.join('; ')
    ? []
    : [`The ${what} are ${one.join('; ')} instead of ${other.join('; ')}.`];
}

function faultsOfIds(published: readonly PlatelineEvent[]): string[] {
  const texts = new Map<string, string>();
  return published.flatMap((event) => {
    const text = JSON.stringify(event);
    const known = texts.get(event.id) ?? text;
    texts.set(event.id, known);
    return known === text ? [] : [`An event changed when it was repeated: ${known} and ${text}.`];
  });
}

/** Each visit starts once and ends with all its reads; each start of another one ends by a merge. */
function faultsOfLife(
  published: readonly PlatelineEvent[],
  standing: readonly { readonly visitId: string; readonly reads: number }[],
): string[] {
  const started = new Set(
    published.filter(({ type }) => type === 'visit.started').map(({ subject }) => subject),
  );
  const ends = published.filter((event) => event.type === 'visit.ended');
  const isMerged = (visitId: string) =>
    ends.some(({ subject, data }) => subject === visitId && data.mergedInto !== undefined);
  const known = new Set(standing.map(({ visitId }) => visitId));
  return [
    ...standing
      .filter(({ visitId }) => !started.has(visitId))
      .map(({ visitId }) => `${visitId} never started.`),
    ...standing
      .filter(
        ({ visitId, reads }) =>
          !ends.some(({ subject, data }) => subject === visitId && data.reads === reads),
      )
      .map(({ visitId }) => `${visitId} never ended with all its reads.`),
    ...[...started]
      .filter((visitId) => !known.has(visitId) && !isMerged(visitId))
      .map((visitId) => `${visitId} started and became nothing.`),
  ];
}

function faultsOfReadings(published: readonly PlatelineEvent[], reads: readonly StreamedRead[]): string[] {
  const finals = new Set(
    published.filter(({ type }) => type === 'reading.final').map(({ subject }) => subject),
  );
  return reads.filter(({ imageId }) => !finals.has(imageId)).map(({ imageId }) => `${imageId} has no event.`);
}

const [blocked, resident] = [['12가3456', '345다6781'], '12가3456'];

function faultsOfMatches(
  published: readonly PlatelineEvent[],
  stays: readonly Stay[],
  standing: readonly Visit[],
): string[] {
  const matches = published.filter((event) => event.type === 'list.matched');
  const merged = new Map(
    published
      .filter((event) => event.type === 'visit.ended')
      .flatMap(({ subject, data }) =>
        data.mergedInto === undefined ? [] : [[subject, data.mergedInto] as const],
      ),
  );
  const lastOf = (visitId: string): string => {
    const into = merged.get(visitId);
    return into === undefined || into === visitId ? visitId : lastOf(into);
  };
  return stays.flatMap(({ site, of }) => {
    const firstSeen = of.map(({ capturedAt = '' }) => capturedAt).toSorted()[0];
    const ids = standing
      .filter((visit) => visit.site === site && visit.firstSeen === firstSeen)
      // Two cars can come in one millisecond.
      .filter((visit) => visit.texts.some(({ plateKey }) => of.some(({ plate }) => plate === plateKey)))
      .map(({ visitId }) => visitId);
    const own = matches.filter(({ data }) => ids.includes(lastOf(data.visitId)));
    const texts = new Set(of.map(({ plate }) => plate));
    const seen = blocked.filter((plate) => texts.has(plate));
    const missing = seen.filter((plate) => !own.some(({ data }) => data.entry?.plate === plate));
    const extra = own.filter(({ data }) => data.kind === 'seen' && !texts.has(data.entry?.plate ?? ''));
    const isStranger = !texts.has(resident);
    const isReported = own.some(({ data }) => data.kind === 'unlisted');
    const distinct = new Set(own.map(({ id }) => id)).size;
    const perVisit = new Set(own.map(({ data }) => `${data.visitId} ${data.list} ${data.entry?.plate ?? ''}`))
      .size;
    return [
      ...missing.map((plate) => `${plate} was seen at ${site} without an event.`),
      ...extra.map(({ id }) => `The match ${id} has no read.`),
      ...(isStranger && !isReported ? [`A stranger at ${site} was not reported.`] : []),
      ...(texts.size === 1 && !isStranger && isReported ? [`A resident at ${site} was reported.`] : []),
      ...(distinct > perVisit ? [`A visit at ${site} reported a match twice.`] : []),
    ];
  });
}

const minuteMs = 60_000;
/** A record that comes after so long was not read at once, and notify may learn of its picture too late. */
const promptMs = minuteMs;
/** By then the clock has found what failed before, however many of its invocations were killed. */
const patienceMs = 15 * minuteMs;

/** By name, in milliseconds, and whether a site has the camera. */
const silences: Readonly<Record<string, { readonly silentMs: number; readonly isListed: boolean }>> = {
  in: { silentMs: 600_000, isListed: true },
  out: { silentMs: 1_200_000, isListed: true },
  alone: { silentMs: 600_000, isListed: false },
};

/** Each silence has one event, and no camera has one that sent in time. */
function faultsOfSilences(published: readonly PlatelineEvent[], drawn: readonly Arrival[]): string[] {
  const announced = published.filter((event) => event.type === 'camera.silent');
  return Object.entries(silences).flatMap(([camera, { silentMs, isListed }]) => {
    const sent = drawn
      .filter(({ read }) => read.camera === camera)
      .toSorted((one, other) => one.uploadedMs - other.uploadedMs);
    const uploads = sent.map(({ uploadedMs }) => uploadedMs);
    const gaps = sent.map(({ uploadedMs, arrivesMs }, index) => {
      const gapMs = (uploads[index + 1] ?? Infinity) - uploadedMs;
      const knownForMs = uploadedMs - Math.min(...uploads);
      return {
        lastPictureAt: new Date(uploadedMs).toISOString(),
        isSilent: gapMs >= silentMs && (isListed || knownForMs >= silentMs),
        isCertain:
          gapMs >= 1.1 * silentMs + patienceMs &&
          arrivesMs - uploadedMs <= promptMs &&
          // Its first records may all be late, and it is known since the first that is not.
          (isListed || uploadedMs - Math.min(...promptUploads(sent)) >= silentMs + patienceMs),
      };
    });
    const own = announced.filter(({ subject }) => subject === camera);
    const ids = new Map(own.map(({ id, data }) => [id, data.lastPictureAt]));
    const times = [...ids.values()];
    return [
      ...times
        .filter((time) => !gaps.some(({ lastPictureAt, isSilent }) => isSilent && lastPictureAt === time))
        .map((time) => `${camera} was called silent since ${time}, and it was not.`),
      ...gaps
        .filter(({ isCertain, lastPictureAt }) => isCertain && !times.includes(lastPictureAt))
        .map(({ lastPictureAt }) => `${camera} was silent since ${lastPictureAt} without an event.`),
      ...(new Set(times).size < times.length ? [`A silence of ${camera} has two ids.`] : []),
    ];
  });
}

function promptUploads(sent: readonly Arrival[]): number[] {
  return sent
    .filter(({ uploadedMs, arrivesMs }) => arrivesMs - uploadedMs <= promptMs)
    .map(({ uploadedMs }) => uploadedMs);
}

const hourMs = 60 * minuteMs;
/** All pictures of an hour are read by then. */
const completeMs = 10 * minuteMs;
/** The counts of an hour are a dozen requests, which all succeed in one minute of three at worst. */
const countingPatienceMs = 30 * minuteMs;

/** Each run of bad hours has one event, at its first hour; hours with few pictures end no run. */
function faultsOfHours({ published, hours, startMs, endMs }: EventHistory): string[] {
  const announced = published.filter((event) => event.type === 'camera.degraded');
  return [...hours].flatMap(([camera, kinds]) => {
    const begins = kinds.flatMap((kind, index) => {
      const before = kinds.slice(0, index).findLast((each) => each !== 'few') ?? 'usual';
      return kind === 'degraded' && before === 'usual' ? [startMs + (index + 1) * hourMs] : [];
    });
    const own = announced.filter(({ subject }) => subject === camera);
    const times = new Set(own.map(({ data }) => Date.parse(data.to)));
    return [
      ...own
        .filter(({ data }) => !begins.includes(Date.parse(data.to)) || data.pictures !== 40)
        .map(({ data }) => `${camera} was called degraded by ${data.pictures} pictures until ${data.to}.`),
      ...begins
        .filter((toMs) => toMs + completeMs + countingPatienceMs <= endMs && !times.has(toMs))
        .map((toMs) => `${camera} was degraded until ${new Date(toMs).toISOString()} without an event.`),
    ];
  });
}
