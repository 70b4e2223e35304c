import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import { platelineEvent } from '../../../functions/core/event/event.ts';
import { parseJson } from '../../../functions/core/message/parse-json.ts';
import { readCaller } from '../../aws/caller-name.ts';
import { createSnsClient, createSqsClient, createStsClient } from '../../aws/clients.ts';
import { openEventQueue, type EventQueue } from '../../aws/event-queue.ts';
import { resourcesOf } from '../../aws/resources.ts';
import { addCamera } from '../../options/camera-option.ts';
import { eventsHelp, listsHelp, parseEventTypes, parseListNames } from '../../options/event-choice.ts';
import { globalOptionsOf, type GlobalOptions } from '../../options/global-options.ts';
import { eventHeader, eventRow } from '../../terminal/event-row.ts';
import { closeBeforeExit } from '../../terminal/exit-process.ts';
import { listenForInterrupt } from '../../terminal/interrupt.ts';
import { jsonLine } from '../../terminal/print-json.ts';
import { deleteLeftovers } from './delete-leftovers.ts';
import { filterPolicyOf, isChosen, type EventChoice } from './event-choice.ts';
import { followTopic } from './follow-topic.ts';
import { newQueueName, queuePrefixOf } from './queue-names.ts';

/** SQS asks for a second between making a queue and using it. */
const firstUseMs = 1000;
const renewAfterMs = 12 * 3600 * 1000;
/** Of the latest events; one that comes again is not shown again. */
const rememberedIds = 10_000;

/** Adds the command `plateline listen`. */
export function addListen(program: Command): void {
  program
    .command('listen')
    .summary('show events as they are published')
    .description(
      'Shows what is published from now on to the topic of events: final records, visits, matches of watch lists; until Ctrl-C. ' +
        'It listens with a queue of its own, which it deletes at the end.',
    )
    .option('--events <types>', eventsHelp, parseEventTypes)
    .option('--lists <names>', listsHelp, parseListNames)
    .option('--camera <name>', 'only events of this camera; may be repeated', addCamera)
    .addHelpText(
      'after',
      '\nWith --json each event is a line, as it was published.\n\nExamples:\n' +
        '  plateline listen --stage prod\n' +
        '  plateline listen --events list.matched --lists blocked --json\n',
    )
    .action(async (choice: EventChoice, command: Command) => {
      await listen(choice, globalOptionsOf(command));
    });
}

async function listen(choice: EventChoice, { stage, json, ...connection }: GlobalOptions): Promise<void> {
  const sqs = createSqsClient(connection);
  const sns = createSnsClient(connection);
  const { eventsTopic } = resourcesOf({ stage });
  const queuePrefix = queuePrefixOf(stage);
  const { partition, accountId } = await readCaller(createStsClient(connection));
  const topicArn = `arn:${partition}:sns:${await sns.config.region()}:${accountId}:${eventsTopic}`;
  const signal = listenForInterrupt();

  const open = () => {
    const queueName = newQueueName(queuePrefix, Date.now());
    return openOwnQueue({ sqs, sns, topicArn, queueName, filterPolicy: filterPolicyOf(choice) });
  };

  await deleteLeftovers({ sqs, sns }, topicArn, queuePrefix, Date.now());
  const queue = await open();
  process.stderr.write(`Listening to ${eventsTopic}. Ctrl-C ends it.\n`);
  if (!json) process.stdout.write(`${eventHeader}\n`);
  const isNew = createMemory();
  for await (const bodies of followTopic({ queue, open, renewAfterMs, now: Date.now, signal })) {
    for (const value of bodies.map(parseJson)) {
      const { data: event } = platelineEvent.safeParse(value);
      if (event === undefined) process.stderr.write('A message is no event that this version knows.\n');
      else if (isNew(event.id) && isChosen(choice, event)) {
        process.stdout.write(json ? jsonLine(value) : `${eventRow(event)}\n`);
      }
    }
  }
}

/** A queue that is deleted also where the process exits in the middle of a request. */
async function openOwnQueue(options: Parameters<typeof openEventQueue>[0]): Promise<EventQueue> {
  const queue = await openEventQueue(options);
  let deleting: Promise<void> | undefined;
  const deleteOnce = () =>
    (deleting ??= queue.delete().catch(() => {
      noteLeftover(options.queueName);
    }));
  const takeBack = closeBeforeExit(deleteOnce);
  await delay(firstUseMs);
  return {
    ...queue,
    delete: async () => {
      await deleteOnce();
      takeBack();
    },
  };
}

function noteLeftover(queueName: string): void {
  process.stderr.write(
    `The queue ${queueName} could not be deleted. A plateline listen deletes it in a day.\n`,
  );
}

/** Tells whether an id is new. */
function createMemory(): (id: string) => boolean {
  const known = new Set<string>();
  return (id) => {
    if (known.has(id)) return false;
    known.add(id);
    const [oldest] = known;
    if (known.size > rememberedIds && oldest !== undefined) known.delete(oldest);
    return true;
  };
}
