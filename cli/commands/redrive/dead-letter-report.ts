import { amount } from '../../terminal/amount.ts';
import { formatTable } from '../../terminal/table.ts';
import type { DeadLetterGroup } from '../../dead-letters/dead-letter-groups.ts';

/** The messages of a dead-letter queue before they are moved. */
export type DeadLetterReport = {
  readonly deadLetterQueue: string;
  readonly messages: number;
  readonly lookedAt: number;
  /** Messages that another receiver has at the moment. */
  readonly hidden: number;
  readonly groups: readonly DeadLetterGroup[];
};

/** Describes for people what is in the queue, why, and what a move would do. */
export function describeDeadLetters({
  deadLetterQueue,
  messages,
  lookedAt,
  hidden,
  groups,
}: DeadLetterReport): string {
  const lines: string[] = [];
  if (messages === 0) {
    lines.push(
      hidden === 0
        ? `The dead-letter queue ${deadLetterQueue} is empty.`
        : `${deadLetterQueue} has only hidden messages at the moment; try again when they are visible.`,
    );
  } else {
    const part = lookedAt < messages ? `, ${lookedAt} of them looked at` : '';
    lines.push(`In ${deadLetterQueue}: ${amount(messages, 'message')}${part}.`);
  }
  if (hidden > 0) {
    lines.push(`Hidden, because another receiver has it at the moment: ${amount(hidden, 'message')}.`);
  }
  if (groups.length > 0) {
    const rows = groups.map((group) => [
      String(group.messages),
      group.code,
      group.message,
      group.examples[0] ?? '',
    ]);
    const header = ['messages', 'code', 'why', 'for example'];
    lines.push('', formatTable([header, ...rows], [{ align: 'right' }, {}, {}, {}]), '');
  }
  const returning = sum(groups, 'returns');
  if (returning > 0)
    lines.push(`If moved, ${amount(returning, 'message')} will come back here: not an S3 notification.`);
  const done = sum(groups, 'done');
  if (done > 0)
    lines.push(`If moved, ${amount(done, 'message')} will cost no call: there is nothing left to read.`);
  return `${lines.join('\n')}\n`;
}

function sum(groups: readonly DeadLetterGroup[], ifMoved: DeadLetterGroup['ifMoved']): number {
  return groups.reduce((total, group) => total + (group.ifMoved === ifMoved ? group.messages : 0), 0);
}
