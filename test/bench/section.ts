/** One measured figure. */
export type Figure = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: { readonly atMost?: number; readonly atLeast?: number };
};

/** The answer to one question. */
export type Section = {
  readonly title: string;
  readonly method: string;
  readonly figures: readonly Figure[];
  readonly charts: readonly Chart[];
  readonly notes: readonly string[];
};

/** A chart: points of one or more series. */
export type Chart = {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly (readonly [x: number, y: number])[];
  }[];
};

/** One axis of a chart. */
type Axis = { readonly label: string; readonly scale: 'linear' | 'logarithmic' };

/** The options of a measurement. */
export type BenchOptions = {
  /** Measure a little of everything, only to see that the bench works. */
  readonly quick: boolean;
  readonly progress: (sentence: string) => void;
  /** A directory for scratch files. */
  readonly workDirectory: string;
  /** Another checkout whose packaged function Cold start measures as well. */
  readonly compare: string | undefined;
};

/** A measurement: answers one question. */
export type Measure = (options: BenchOptions) => Promise<Section>;
