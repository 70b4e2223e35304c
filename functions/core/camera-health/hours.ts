/** An hour in milliseconds. */
export const hourMs = 3_600_000;

/** Pictures of one hour by what they were. */
export type HourCounts = { readonly reads: number; readonly noPlates: number; readonly unreadable: number };

/** The counts of one camera, by the hours since 1970. */
export type CameraHours = ReadonlyMap<number, HourCounts>;

/** A camera reads worse than usual. */
export type Degradation = {
  readonly camera: string;
  /** The hours that were judged, by their hours since 1970, the second one not included. */
  readonly from: number;
  readonly to: number;
  readonly counts: HourCounts;
  /** The share of pictures without a read plate in the same hours of the days before, 0 to 1. */
  readonly usualShare: number;
};
