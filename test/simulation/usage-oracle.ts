type StoredRecord = Readonly<Record<string, unknown>>;

/** The counter of each final status. */
const counterOfStatus: Readonly<Record<string, string>> = {
  READ: 'reads',
  NO_PLATE: 'noPlates',
  UNREADABLE: 'unreadable',
  REJECTED: 'rejected',
  GONE: 'gone',
  UNAVAILABLE: 'unavailable',
};

/** Clocks differ by half a minute, and a write may reach the table minutes after it was sent. */
const toleranceMs = 5 * 60_000;

const koreanDay = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Seoul' });

/** Whether a count that arrives now may be one of that day in Korea. */
export function isKoreanDay(day: string, nowMs: number): boolean {
  return [nowMs - toleranceMs, nowMs + toleranceMs].some((atMs) => koreanDay.format(atMs) === day);
}

/**
 * The faults of the counters, compared with all final records. Lost counts may be missing; without losses the
 * counters are exact.
 */
export function faultsOfUsage(
  counters: readonly StoredRecord[],
  finalRecords: readonly StoredRecord[],
  nothingGotLost: boolean,
): string[] {
  const counted = sums(
    counters.flatMap((counter) =>
      [...Object.values(counterOfStatus), 'pictures', 'calls'].map((name) =>
        ofCamera(name, counter, Number(counter[name])),
      ),
    ),
  );
  const recorded = sums(
    finalRecords.flatMap((record) => [
      ofCamera(counterOfStatus[String(record['status'])] ?? 'none', record, 1),
      ofCamera('pictures', record, 1),
      ofCamera('calls', record, Number(record['calls'])),
    ]),
  );
  return [...new Set([...counted.keys(), ...recorded.keys()])].flatMap((name) => {
    const [count, truth] = [counted.get(name) ?? 0, recorded.get(name) ?? 0];
    // If a release failed, its calls are in no record, so the counter can be higher.
    const isTooMany = count > truth && name !== 'calls';
    const isInexact = count !== truth && nothingGotLost;
    return isTooMany || isInexact ? [`${name}: counted ${count} of ${truth}`] : [];
  });
}

type Count = readonly [name: string, count: number];

/**
 * Calls are not counted by camera: if the bytes are gone at the time of the record, the camera of their
 * metadata is lost.
 */
function ofCamera(name: string, row: StoredRecord, count: number): Count {
  return [name === 'calls' ? name : `${name} of ${String(row['camera'])}`, count];
}

function sums(counts: readonly Count[]): ReadonlyMap<string, number> {
  const result = new Map<string, number>();
  for (const [name, count] of counts) result.set(name, (result.get(name) ?? 0) + count);
  return result;
}
