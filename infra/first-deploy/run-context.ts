import type { Transcript } from './transcript.ts';

/** What every step of one run needs. */
export type RunContext = {
  readonly stage: string;
  readonly region: string;
  /** In the configuration files of AWS; undefined for the credentials of the environment. */
  readonly profile: string | undefined;
  /** As for `osls --param`, such as `reader=builtin`. */
  readonly parameters: readonly string[];
  /** When the run began; a part of the samples' keys, so that runs do not mix. */
  readonly startedAt: Date;
  /** How long a step waits for what AWS does by itself. */
  readonly patienceMs: number;
  readonly transcript: Transcript;
  /** Aborts at Ctrl-C. */
  readonly interrupt: AbortSignal;
};

/** The first folder of every key that the script uploads to; only what is below it is ever deleted. */
export const sampleFolder = 'first-deploy/';
