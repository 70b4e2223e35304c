/** One measured figure. */
export type Figure = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly target?: { readonly atMost?: number; readonly atLeast?: number };
};

/** One question the bench answers. */
export type Section = {
  readonly title: string;
  readonly method: string;
  readonly figures: readonly Figure[];
  readonly charts: readonly Chart[];
  readonly notes: readonly string[];
};

/** A drawing: points of one or more series; scales linear or logarithmic. */
export type Chart = {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly {
    readonly name: string;
    readonly points: readonly (readonly [x: number, y: number])[];
  }[];
};

/** One scale of a drawing. */
export type Axis = { readonly label: string; readonly scale: 'linear' | 'logarithmic' };

/** What a measurement is told. */
export type BenchOptions = {
  readonly quick: boolean;
  readonly progress: (sentence: string) => void;
  /** A directory for scratch files. */
  readonly workDirectory: string;
};

/** A measurement: answers one question. */
export type Measure = (options: BenchOptions) => Promise<Section>;
