import { createInterface } from 'node:readline/promises';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Command } from 'commander';
import { createDynamoDBClient, createSqsClient } from '../../aws/clients.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { hiddenSeconds } from '../../dead-letters/dead-letters.ts';
import { explainDeadLetters, type ExplainedDeadLetters } from '../../dead-letters/explain-dead-letters.ts';
import { moveMessages } from '../../dead-letters/move-messages.ts';
import { readQueueState, type QueueState } from '../../dead-letters/queue-state.ts';
import { globalOptionsOf } from '../../options/global-options.ts';
import { wholeNumber } from '../../options/whole-number.ts';
import { amount } from '../../terminal/amount.ts';
import { CommandError } from '../../terminal/command-error.ts';
import { listenForInterrupt } from '../../terminal/interrupt.ts';
import { jsonDocument } from '../../terminal/print-json.ts';
import { startCounter, startProgress } from '../../terminal/progress.ts';
import { describeDeadLetters, type DeadLetterReport } from './dead-letter-report.ts';

type RedriveOptions = {
  readonly list?: true;
  readonly yes?: true;
  readonly rate?: number;
  readonly limit: number;
};

/** Adds the command `plateline redrive`. */
export function addRedrive(program: Command): void {
  program
    .command('redrive')
    .summary('move the messages of the dead-letter queue back to the queue')
    .description(
      'Lists the messages of the dead-letter queue with their causes, asks, and moves those that were there at the start back to the queue. ' +
        'There each picture is tried again; one with a final record costs no call. ' +
        `While the command looks at messages, it hides them from other receivers, for at most ${hiddenSeconds / 60} minutes.`,
    )
    .option('--list', 'only list')
    .option('--yes', 'move without asking, for scripts')
    .option(
      '--rate <number>',
      'messages to move per second, 1 to 500 (default: as fast as SQS answers)',
      wholeNumber(1, 500),
    )
    .option(
      '--limit <number>',
      'how many messages to look at, 1 to 10000; the move includes all',
      wholeNumber(1, 10_000),
      1000,
    )
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  plateline redrive --stage prod --list\n' +
        '  plateline redrive --stage prod --rate 20\n' +
        '  plateline redrive --stage prod --yes --json\n',
    )
    .action(async (options: RedriveOptions, command: Command) => {
      await redrive(options, command);
    });
}

async function redrive(options: RedriveOptions, command: Command): Promise<void> {
  const { stage, table, json, ...connection } = globalOptionsOf(command);
  if (json && !options.list && !options.yes) {
    throw new CommandError(
      'USAGE',
      'With --json the command cannot ask: add --yes to move all messages, or --list to only list them.',
    );
  }
  const { readingsTable, queue, deadLetterQueue } = resourcesOf({ stage, table });
  const sqs = createSqsClient(connection);
  const dynamodb = createDynamoDBClient(connection);
  const interrupt = listenForInterrupt();

  const source = await readQueueState(sqs, deadLetterQueue);
  const destination = await readQueueState(sqs, queue);
  const looked = await lookAtMessages(
    { sqs, dynamodb },
    { queueUrl: source.url, readingsTable, limit: options.limit },
    interrupt,
  );
  const report = reportOf(source, looked);
  if (!json) process.stdout.write(describeDeadLetters(report));
  if (report.messages === 0 || options.list) {
    if (json) process.stdout.write(jsonDocument(report));
    return;
  }

  if (!options.yes && !(await isConfirmed(`Move them back to ${queue}?`, interrupt))) {
    process.stdout.write('Nothing was moved.\n');
    process.exitCode = 1;
    return;
  }
  const moved = await move(
    sqs,
    {
      sourceUrl: source.url,
      destinationUrl: destination.url,
      sentUntilMs: source.describedMs,
      perSecond: options.rate,
    },
    report.messages,
    interrupt,
  );
  process.stdout.write(
    json ? jsonDocument({ ...report, moved }) : `Moved ${amount(moved, 'message')} to ${queue}.\n`,
  );
}

/**
 * SQS's counts lag behind: a message that was just looked at was not hidden, even if SQS counts it as hidden.
 */
function reportOf(queue: QueueState, looked: ExplainedDeadLetters): DeadLetterReport {
  const messages = Math.max(queue.messages, looked.messages);
  return {
    deadLetterQueue: queue.name,
    messages,
    lookedAt: looked.messages,
    hidden: Math.max(0, queue.messages + queue.hiddenMessages - messages),
    groups: looked.groups,
  };
}

async function lookAtMessages(
  clients: { readonly sqs: SQSClient; readonly dynamodb: DynamoDBClient },
  queue: { readonly queueUrl: string; readonly readingsTable: string; readonly limit: number },
  interrupt: AbortSignal,
): Promise<ExplainedDeadLetters> {
  const counter = startCounter('messages looked at');
  try {
    return await explainDeadLetters(clients, queue, (messages) => {
      counter.update(messages);
      interrupt.throwIfAborted();
    });
  } finally {
    counter.stop();
  }
}

async function isConfirmed(question: string, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new CommandError(
      'USAGE',
      'Nothing was moved, because there is no terminal to ask on. Add --yes to move all messages, or --list to only list them.',
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

/** Returns how many messages were moved. */
async function move(
  sqs: SQSClient,
  messages: Parameters<typeof moveMessages>[1],
  total: number,
  interrupt: AbortSignal,
): Promise<number> {
  const progress = startProgress('messages moved', total);
  let moved = 0;
  try {
    for await (const step of moveMessages(sqs, messages)) {
      moved = step;
      progress.update(moved);
      if (interrupt.aborted) {
        process.stderr.write(`Stopped: ${amount(moved, 'message')} moved. The others stay here.\n`);
        interrupt.throwIfAborted();
      }
    }
  } finally {
    progress.stop();
  }
  return moved;
}
