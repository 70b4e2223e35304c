import * as z from 'zod/mini';
import { finalStatuses } from '../record/record.ts';

/** The version of the schema in docs/events.schema.json; a change that breaks a reader raises it. */
export const eventSchemaVersion = 1;

/** One of the two is present: the topic's parameter decides whether events have plates or keyed hashes. */
const plateAttributes = {
  plate: z.optional(z.string()),
  plateHash: z.optional(z.string()),
};

const moment = z.iso.datetime();

const readAttributes = {
  ...plateAttributes,
  imageId: z.string(),
  camera: z.string(),
  capturedAt: moment,
  /** 0 to 1. */
  confidence: z.number(),
};

const bestRead = z.object(readAttributes);

const visitAttributes = {
  ...plateAttributes,
  visitId: z.string(),
  site: z.string(),
  cameras: z.array(z.string()),
  firstSeen: moment,
  lastSeen: moment,
  /** The first time at an entry camera, the last time at an exit camera. */
  enteredAt: z.optional(moment),
  leftAt: z.optional(moment),
  reads: z.number(),
  best: bestRead,
};

const envelope = {
  specversion: z.literal('1.0'),
  /** The same when an event is repeated; unique for its source. */
  id: z.string(),
  /** Such as `/plateline/prod`. */
  source: z.string(),
  time: moment,
  /** What it is about: a picture, a visit or a camera. */
  subject: z.string(),
  datacontenttype: z.literal('application/json'),
  dataschema: z.literal(`urn:plateline:events:v${eventSchemaVersion}`),
};

/** A picture has its final record. */
const readingFinal = z.object({
  ...envelope,
  type: z.literal('reading.final'),
  data: z.object({
    ...plateAttributes,
    imageId: z.string(),
    status: z.enum(finalStatuses),
    camera: z.optional(z.string()),
    capturedAt: moment,
    confidence: z.optional(z.number()),
    verdict: z.optional(z.enum(['valid', 'partial', 'suspect'])),
    needsReview: z.optional(z.boolean()),
    reasonCode: z.optional(z.string()),
  }),
});

const visitStarted = z.object({
  ...envelope,
  type: z.literal('visit.started'),
  data: z.object(visitAttributes),
});

/** A later picture can extend a visit that has ended: it then ends once more, with another id. */
const visitEnded = z.object({
  ...envelope,
  type: z.literal('visit.ended'),
  data: z.object({
    ...visitAttributes,
    /** The visit that this one turned out to be a part of. */
    mergedInto: z.optional(z.string()),
  }),
});

const listMatched = z.object({
  ...envelope,
  type: z.literal('list.matched'),
  data: z.object({
    list: z.string(),
    /** `seen`: the plate is on the list. `unlisted`: it is not. */
    kind: z.enum(['seen', 'unlisted']),
    visitId: z.string(),
    site: z.string(),
    read: bestRead,
    entry: z.optional(z.object({ ...plateAttributes, note: z.optional(z.string()) })),
    distance: z.optional(z.number()),
  }),
});

/** The next picture of the camera ends its silence. */
const cameraSilent = z.object({
  ...envelope,
  type: z.literal('camera.silent'),
  data: z.object({
    camera: z.string(),
    site: z.string(),
    /** The upload of its last picture. */
    lastPictureAt: moment,
    /** After how many seconds without a picture the camera counts as silent. */
    silentSeconds: z.number(),
  }),
});

/** Far more pictures than usual have no read plate. It is said once; after a recovery it can be said again. */
const cameraDegraded = z.object({
  ...envelope,
  type: z.literal('camera.degraded'),
  data: z.object({
    camera: z.string(),
    site: z.string(),
    /** The span of the pictures: an hour, or up to six where an hour has few pictures. */
    from: moment,
    to: moment,
    pictures: z.number(),
    noPlates: z.number(),
    unreadable: z.number(),
    /** The share without a read plate in the same hours of the seven days before, 0 to 1. */
    usualShare: z.number(),
  }),
});

/** Everything that is published, as CloudEvents 1.0 in JSON. */
export const platelineEvent = z.discriminatedUnion('type', [
  readingFinal,
  visitStarted,
  visitEnded,
  listMatched,
  cameraSilent,
  cameraDegraded,
]);
export type PlatelineEvent = z.infer<typeof platelineEvent>;

/** The types of events, for filters. */
export const eventTypes = [
  'reading.final',
  'visit.started',
  'visit.ended',
  'list.matched',
  'camera.silent',
  'camera.degraded',
] as const;
