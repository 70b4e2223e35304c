import { samples as pictures } from '../../infra/local/samples/samples.ts';
import { putVisits, type TestVisit } from '../cli/put-visits.ts';
import type { SampleConsole } from './sample-console.ts';

const minuteMs = 60_000;

/** A site whose name runs a script where it is not escaped. */
export const hostileSite = '<img src=x onerror=window.hacked=1>';

/** Adds visits of cars that the sample pictures show: some are gone, some are still there, one is being read. */
export async function addVisits({ dynamodb, stack, recordOf }: SampleConsole, nowMs: number): Promise<void> {
  const records = await Promise.all(pictures.map(({ key }) => recordOf(key)));
  const readOf = (plate: string, minutesAgo: number, camera: string, role?: 'entry' | 'exit') => {
    const imageId = records.find((record) => record.plateKey === plate)?.imageId ?? '';
    const capturedAt = new Date(nowMs - minutesAgo * minuteMs).toISOString();
    return { camera, capturedAt, imageId, readId: `${imageId}#0`, ...(role && { role }) };
  };
  const known = records.flatMap(({ plateKey }) => plateKey ?? []);
  const [stays, leaves, corrected, reading, hostile, ...others] = [...new Set(known)];
  const car = (
    plate = '',
    reads: readonly [number, string, ('entry' | 'exit')?][],
    of: Partial<TestVisit> = {},
  ) => ({
    ...{ site: 'car-park', plate, ...of },
    reads: reads.map(([minutesAgo, camera, role]) => readOf(plate, minutesAgo, camera, role)),
  });
  const visits: TestVisit[] = [
    car(stays, [
      [372, 'gate-north', 'entry'],
      [371, 'level-2'],
    ]),
    car(stays, [
      [64, 'level-2'],
      [62, 'level-2'],
    ]),
    car(
      leaves,
      [
        [251, 'gate-north', 'entry'],
        [250, 'level-2'],
      ],
      { matchKeys: ['["blocked","x"]'] },
    ),
    car(leaves, [
      [121, 'level-2'],
      [119, 'gate-south', 'exit'],
    ]),
    car(
      reading,
      [
        [3, 'gate-north', 'entry'],
        [2, 'level-2'],
        [1, 'level-2'],
      ],
      { isInProgress: true, matchKeys: ['["residents",null]'] },
    ),
    car(hostile, [[2, 'yard']], { site: hostileSite, isInProgress: true }),
    ...others.slice(0, 3).map((plate, at) =>
      car(plate, [
        [500 + 40 * at, 'gate-north', 'entry'],
        [496 + 40 * at, 'gate-south', 'exit'],
      ]),
    ),
  ];
  const first = car(corrected, [[33, 'gate-north', 'entry']]);
  const person = { readId: `${first.reads[0]?.imageId ?? ''}#review-1`, isReviewed: true } as const;
  const misread = {
    plate: `${corrected?.slice(0, -1) ?? ''}0`,
    plateKey: `${corrected?.slice(0, -1) ?? ''}0`,
  };
  visits.push({
    ...first,
    reads: first.reads.flatMap((read) => [
      { ...read, ...misread },
      { ...read, ...person },
    ]),
  });
  await putVisits(dynamodb, stack.visitsTableName, visits, { dueAtMs: nowMs + 10 * minuteMs });
}
