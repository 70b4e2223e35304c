import { createHash } from 'node:crypto';
import { hourMs, type Degradation } from '../camera-health/hours.ts';
import type { Silence } from '../camera-health/silence.ts';
import { hashInKey, type HashText } from '../privacy/plate-hash.ts';
import type { PictureRecord } from '../record/record.ts';
import { agreedPlateOf, type Sighting, type Visit } from '../visit/visit.ts';
import { matchKeyOf, type ListMatch } from '../watch-list/match-lists.ts';
import { eventSchemaVersion, type PlatelineEvent } from './event.ts';

/** How events name plates, unless these are stored as hashes. */
type PlatePolicy = { readonly kind: 'plain' } | { readonly kind: 'hash'; readonly hash: HashText };

export type EventBuilder = ReturnType<typeof createEventBuilder>;

/** Builds the events of one stage. Every event has an id that depends on nothing but what it reports. */
export function createEventBuilder(stage: string, policy: PlatePolicy) {
  const plateOf = plateOfPolicy(policy);
  const readDataOf = (read: Sighting) => readData(plateOf, read);
  const visitDataOf = (visit: Visit) => visitData(plateOf, visit);

  const envelopeOf = envelopeOfStage(stage);

  return {
    /** Undefined for a record that is not final. */
    readingFinal(record: PictureRecord): PlatelineEvent | undefined {
      const { imageId, status, camera, capturedAt, readAt = capturedAt } = record;
      const { plateKey, confidence, verdict, needsReview, reason } = record;
      if (status === 'PENDING') return undefined;
      return {
        ...envelopeOf(['reading.final', imageId, readAt], readAt, imageId),
        type: 'reading.final',
        data: {
          ...(plateKey !== undefined && plateOf(plateKey)),
          imageId,
          status,
          ...(camera !== undefined && { camera }),
          capturedAt,
          ...(confidence !== undefined && { confidence }),
          ...(verdict !== undefined && { verdict }),
          ...(needsReview !== undefined && { needsReview }),
          ...(reason !== undefined && { reasonCode: reason.code }),
        },
      };
    },

    visitStarted(visit: Visit): PlatelineEvent {
      const { visitId, firstSeen } = visit;
      return {
        ...envelopeOf(['visit.started', visitId], firstSeen, visitId),
        type: 'visit.started',
        data: visitDataOf(visit),
      };
    },

    visitEnded(visit: Visit, mergedInto?: string): PlatelineEvent {
      const { visitId, lastSeen, reads } = visit;
      return {
        ...envelopeOf(['visit.ended', visitId, String(reads), mergedInto ?? ''], lastSeen, visitId),
        type: 'visit.ended',
        data: { ...visitDataOf(visit), ...(mergedInto !== undefined && { mergedInto }) },
      };
    },

    listMatched(visit: Visit, match: ListMatch): PlatelineEvent {
      const { list, kind, read, entry, distance } = match;
      const { visitId, site } = visit;
      return {
        ...envelopeOf(['list.matched', visitId, matchKeyOf(match)], read.capturedAt, visitId),
        type: 'list.matched',
        data: {
          list,
          kind,
          visitId,
          site,
          read: readDataOf(read),
          ...(entry && {
            entry: {
              ...plateOf(entry.plateKey),
              ...(entry.note !== undefined && { note: entry.note }),
            },
          }),
          ...(distance !== undefined && { distance }),
        },
      };
    },

    ...cameraEvents(envelopeOf),
  };
}

/** Events of cameras; they name no plate. */
function cameraEvents(envelopeOf: ReturnType<typeof envelopeOfStage>) {
  return {
    cameraSilent(site: string, { camera, lastPictureAt, silentMs }: Silence): PlatelineEvent {
      const time = new Date(Date.parse(lastPictureAt) + silentMs).toISOString();
      return {
        ...envelopeOf(['camera.silent', camera, lastPictureAt], time, camera),
        type: 'camera.silent',
        data: { camera, site, lastPictureAt, silentSeconds: silentMs / 1000 },
      };
    },

    cameraDegraded(site: string, degradation: Degradation): PlatelineEvent {
      const { camera, counts, usualShare } = degradation;
      const { reads, noPlates, unreadable } = counts;
      const momentOf = (hour: number) => new Date(hour * hourMs).toISOString();
      const [from, to] = [momentOf(degradation.from), momentOf(degradation.to)];
      const pictures = reads + noPlates + unreadable;
      return {
        ...envelopeOf(['camera.degraded', camera, to], to, camera),
        type: 'camera.degraded',
        data: { camera, site, from, to, pictures, noPlates, unreadable, usualShare },
      };
    },
  };
}

type PlateOf = ReturnType<typeof plateOfPolicy>;

function plateOfPolicy(policy: PlatePolicy) {
  return (plateKey: string) => {
    const stored = hashInKey(plateKey);
    if (stored !== undefined) return { plateHash: stored };
    return policy.kind === 'plain' ? { plate: plateKey } : { plateHash: policy.hash(plateKey) };
  };
}

function readData(plateOf: PlateOf, { plateKey, imageId, camera, capturedAt, confidence }: Sighting) {
  return { ...plateOf(plateKey), imageId, camera, capturedAt, confidence };
}

function visitData(plateOf: PlateOf, visit: Visit) {
  const { plateKey, best } = agreedPlateOf(visit);
  const { visitId, site, cameras, firstSeen, lastSeen, enteredAt, leftAt, reads } = visit;
  return {
    ...plateOf(plateKey),
    visitId,
    site,
    cameras: [...cameras],
    firstSeen,
    lastSeen,
    ...(enteredAt !== undefined && { enteredAt }),
    ...(leftAt !== undefined && { leftAt }),
    reads,
    best: readData(plateOf, best),
  };
}

function envelopeOfStage(stage: string) {
  return (facts: readonly string[], time: string, subject: string) => ({
    specversion: '1.0' as const,
    id: createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32),
    source: `/plateline/${stage}`,
    time,
    subject,
    datacontenttype: 'application/json' as const,
    dataschema: `urn:plateline:events:v${eventSchemaVersion}` as const,
  });
}
