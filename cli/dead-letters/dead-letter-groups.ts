import type { DeadLetterCause } from './dead-letter-cause.ts';

/** The messages that are in the dead-letter queue for the same reason. */
export type DeadLetterGroup = DeadLetterCause & {
  readonly messages: number;
  /** Image ids of some of them, or message ids if they announce no picture. */
  readonly examples: readonly string[];
};

const maxExamples = 3;

/**
 * Groups messages by the codes and sentences of their causes, the largest group first; keeps only a few
 * examples of each group.
 */
export function createDeadLetterGroups() {
  const groups = new Map<string, { cause: DeadLetterCause; messages: number; examples: string[] }>();

  return {
    add(cause: DeadLetterCause, example: string): void {
      const name = JSON.stringify(cause);
      const group = groups.get(name) ?? { cause, messages: 0, examples: [] };
      group.messages += 1;
      if (group.examples.length < maxExamples) group.examples.push(example);
      groups.set(name, group);
    },

    list(): DeadLetterGroup[] {
      return [...groups.values()]
        .map(({ cause, messages, examples }) => ({ ...cause, messages, examples }))
        .sort((one, other) => other.messages - one.messages);
    },
  };
}
