import { amount } from '../../terminal/amount.ts';
import type { DeadLetterGroup } from './dead-letter-groups.ts';
import { formatTable } from '../../terminal/table.ts';

/** What is known of the messages of a dead-letter queue before they are moved. */
type DeadLetterReport = {
  readonly deadLetterQueue: string;
  readonly messages: number;
  readonly lookedAt: number;
  /** Somebody else has received them. */
  readonly hidden: number;
  readonly groups: readonly DeadLetterGroup[];
};

/** What is in the queue, why, and what moving it would do, for people. */
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
        : `In ${deadLetterQueue}: no message that can be seen now; try again when the hidden ones can.`,
    );
  } else {
    const part = lookedAt < messages ? `, ${lookedAt} of them looked at` : '';
    lines.push(`In ${deadLetterQueue}: ${amount(messages, 'message')}${part}.`);
  }
  if (hidden > 0) {
    lines.push(`Hidden, because somebody else is looking at it just now: ${amount(hidden, 'message')}.`);
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
    lines.push(`If moved, ${amount(returning, 'message')} will come back here: no S3 notification.`);
  const done = sum(groups, 'done');
  if (done > 0)
    lines.push(`If moved, ${amount(done, 'message')} will cost no call: nothing is left to read.`);
  return `${lines.join('\n')}\n`;
}

function sum(groups: readonly DeadLetterGroup[], ifMoved: DeadLetterGroup['ifMoved']): number {
  return groups.reduce((total, group) => total + (group.ifMoved === ifMoved ? group.messages : 0), 0);
}
