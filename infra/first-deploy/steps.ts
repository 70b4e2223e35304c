import { exitOf } from '../../cli/terminal/exit.ts';
import { interruptExitStatus } from '../../cli/terminal/interrupt.ts';
import type { Transcript } from './transcript.ts';

/** How a step ended; `advice` says what a person can do now. */
export type StepOutcome<Value> =
  | { readonly kind: 'ok'; readonly sentence: string; readonly value: Value }
  | { readonly kind: 'warning'; readonly sentence: string; readonly advice: string; readonly value: Value }
  | { readonly kind: 'failed'; readonly sentence: string; readonly advice: string };

/** The steps of one run, in their order. */
export type Steps = {
  /** Runs a step and reports it; undefined if it failed. */
  run<Value>(name: string, step: () => Promise<StepOutcome<Value>>): Promise<Value | undefined>;
  /** Reports all steps once more, and returns the exit status: 1 if one failed. */
  finish(): number;
};

const shownKind = { ok: 'ok', warning: 'warning', failed: 'FAILED' } as const;

/** The advice for an error of AWS, whose sentence already says what is wrong. */
const adviceForErrors = 'Correct this, and run the script again: it begins from the start and does no harm.';

export function createSteps({ note }: Transcript): Steps {
  const ended: { readonly name: string; readonly kind: StepOutcome<unknown>['kind'] }[] = [];
  return {
    run: async (name, step) => {
      note('');
      note(name);
      const outcome = await outcomeOf(step);
      ended.push({ name, kind: outcome.kind });
      note(`  ${shownKind[outcome.kind]}: ${outcome.sentence}`);
      if (outcome.kind !== 'ok') note(`  What to do: ${outcome.advice}`);
      return outcome.kind === 'failed' ? undefined : outcome.value;
    },
    finish: () => {
      note('');
      for (const { name, kind } of ended) note(`${shownKind[kind].padEnd(8)} ${name}`);
      const failed = ended.filter(({ kind }) => kind === 'failed').length;
      note(failed === 0 ? 'No step failed.' : `${failed} of ${ended.length} steps failed.`);
      return failed === 0 ? 0 : 1;
    },
  };
}

/** An error that a person can correct fails the step; Ctrl-C and a bug end the run. */
async function outcomeOf<Value>(step: () => Promise<StepOutcome<Value>>): Promise<StepOutcome<Value>> {
  try {
    return await step();
  } catch (error) {
    const exit = exitOf(error);
    if (exit?.sentence === undefined || exit.status === interruptExitStatus) throw error;
    return { kind: 'failed', sentence: exit.sentence, advice: adviceForErrors };
  }
}
