import type { PlantedBug } from '../plant-bug.ts';

/** Mistakes in what follows a record that the simulation has to find. */
export const plantedEventBugs: readonly PlantedBug[] = [
  {
    name: 'a repeated record is added to its visit again',
    file: 'notify/follow-site.ts',
    find: 'return reads.filter(({ readId }) => !known.has(readId));',
    replace: 'return reads.filter(() => known.size >= 0);',
  },
  {
    name: 'a read whose invocation died is added again',
    file: 'notify/follow-site.ts',
    find: 'new Set([...unwritten.readIds, ...(await',
    replace: 'new Set([...(await',
  },
  {
    name: 'a read is dropped when two invocations write one site',
    file: 'notify/follow-site.ts',
    find: 'if (!saved) continue;',
    replace: 'if (!saved) return;',
  },
  {
    name: 'what a dead invocation has announced is not published',
    file: 'notify/follow-site.ts',
    find: 'await topic.publish(unwritten.events);',
    replace: 'if (unwritten.readIds.length < 2) await topic.publish(unwritten.events);',
  },
  {
    name: 'late reads do not look for visits that have ended',
    file: 'notify/follow-site.ts',
    find: 'span.from <= state.leftUntil',
    replace: "span.from > '9'",
  },
  {
    name: 'a visit that became part of another one stays in the table',
    file: 'notify/follow-site.ts',
    find: '...unwritten.absorbed.map(',
    replace: '...unwritten.absorbed.slice(0, 0).map(',
  },
  {
    name: 'a visit starts again with each read',
    file: 'core/visit/site-state.ts',
    find: 'isStartAnnounced: true,',
    replace: 'isStartAnnounced: false,',
  },
  {
    name: 'a match is reported with each read',
    file: 'core/visit/site-state.ts',
    find: 'matchKeys: [...tracked.matchKeys, ...matches.map(matchKeyOf)],',
    replace: 'matchKeys: [...tracked.matchKeys],',
  },
  {
    name: 'the site forgets until when its past visits reach',
    file: 'core/visit/site-state.ts',
    find: '(visit.lastSeen > latest ? visit.lastSeen : latest)',
    replace: '(visit.lastSeen < latest ? visit.lastSeen : latest)',
  },
  {
    name: 'a record that failed is not reported as failed',
    file: 'notify/stream-batch.ts',
    find: 'of concerned) failed.add(sequenceNumber);',
    replace: 'of concerned) failed.delete(sequenceNumber);',
  },
  {
    name: 'a camera whose pictures wait is called silent',
    file: 'core/camera-health/silence.ts',
    find: 'newestAt !== undefined && newestAt > times.lastAt',
    replace: "newestAt !== undefined && newestAt > '9'",
  },
  {
    name: 'a silence is written before it is published',
    file: 'notify/follow-camera.ts',
    find: 'if (next.silence) {',
    replace: 'await visits.saveCamera(camera, version, next.times, nowMs);\nif (next.silence) {',
  },
  {
    name: 'a camera is missed once and never again',
    file: 'core/camera-health/silence.ts',
    find: 'return uploadedMs <= lastMs ?',
    replace: 'return uploadedMs > 0 ?',
  },
  {
    name: 'a sandbox remembers a camera for too long',
    file: 'notify/follow-camera.ts',
    find: 'Date.parse(lastAt) + slackMsOf(rule.silentMs)',
    replace: 'Date.parse(lastAt) + 30 * slackMsOf(rule.silentMs)',
  },
  {
    name: 'a picture without a plate does not end a silence',
    file: 'notify/stream-batch.ts',
    find: '({ record }) => record.camera)',
    replace: "({ record }) => (record.status === 'READ' ? record.camera : undefined))",
  },
  {
    name: 'a failed record of a camera is not repeated',
    file: 'notify/stream-batch.ts',
    find: 'await attempt(concerned, () => followCamera',
    replace: 'await attempt([], () => followCamera',
  },
  {
    name: 'an hour is judged before its pictures are read',
    file: 'core/camera-health/degradation.ts',
    find: '(nowMs - graceMs)',
    replace: 'nowMs',
  },
  {
    name: 'what a dead invocation says of degraded cameras is not published',
    file: 'notify/follow-health.ts',
    find: 'let { version, state } = await visits.loadHealth();',
    replace: 'let { version, state } = await visits.loadHealth();\nstate = { ...state, unpublished: [] };',
  },
  {
    name: 'a degraded camera is reported again every hour',
    file: 'core/camera-health/degradation.ts',
    find: 'degraded.add(camera);',
    replace: 'degraded.delete(camera);',
  },
  {
    name: 'a camera that has recovered is never reported again',
    file: 'core/camera-health/degradation.ts',
    find: "if (verdict.kind === 'usual') degraded.delete(camera);",
    replace: "if (verdict.kind === 'usual') degraded.has(camera);",
  },
];
