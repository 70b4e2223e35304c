import type { PlatelineEvent } from '../../functions/core/event/event.ts';

type MatchedEvent = Extract<PlatelineEvent, { type: 'list.matched' }>;

const envelope = {
  specversion: '1.0',
  source: '/plateline/local',
  time: '2026-11-22T08:15:00.000Z',
  datacontenttype: 'application/json',
  dataschema: 'urn:plateline:events:v1',
} as const;

const read = {
  plate: '12가3456',
  imageId: 's3://pictures/gate-north/1.jpg?etag=1',
  camera: 'gate-north',
  capturedAt: '2026-11-22T08:15:00.000Z',
  confidence: 0.9,
};

/** A plate was seen that is on the list blocked. */
export function matchedEvent(data: Partial<MatchedEvent['data']> = {}, id = 'match-1'): MatchedEvent {
  return {
    ...envelope,
    id,
    subject: 'visit-1',
    type: 'list.matched',
    data: {
      list: 'blocked',
      kind: 'seen',
      visitId: 'visit-1',
      site: 'home',
      read,
      entry: { plate: '12가3456' },
      distance: 0,
      ...data,
    },
  };
}

/** A picture has its final record. */
export function readingEvent(id = 'reading-1'): PlatelineEvent {
  return {
    ...envelope,
    id,
    subject: read.imageId,
    type: 'reading.final',
    data: { ...read, status: 'READ', verdict: 'valid', needsReview: false },
  };
}

/** The camera gate-north is silent. */
export function silentEvent(): PlatelineEvent {
  const data = { camera: 'gate-north', site: 'home', lastPictureAt: envelope.time, silentSeconds: 86_400 };
  return { ...envelope, id: 'silent-1', subject: 'gate-north', type: 'camera.silent', data };
}

/** The camera gate-north reads far worse than usual. */
export function degradedEvent(): PlatelineEvent {
  const data = {
    ...{
      camera: 'gate-north',
      site: 'home',
      from: '2026-11-22T07:00:00.000Z',
      to: '2026-11-22T08:00:00.000Z',
    },
    ...{ pictures: 40, noPlates: 10, unreadable: 20, usualShare: 0.056 },
  };
  return { ...envelope, id: 'degraded-1', subject: 'gate-north', type: 'camera.degraded', data };
}
