import { setTimeout as delay } from 'node:timers/promises';
import {
  ListMessageMoveTasksCommand,
  StartMessageMoveTaskCommand,
  UnsupportedOperation,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { CommandError } from '../../terminal/command-error.ts';

const moveTask = z.object({
  Status: z.enum(['RUNNING', 'CANCELLING', 'COMPLETED', 'CANCELLED', 'FAILED']),
  ApproximateNumberOfMessagesMoved: z.number().default(0),
  FailureReason: z.string().optional(),
});

/** How far SQS's own move of messages has come. */
type MoveProgress = {
  readonly kind: 'under-way' | 'completed' | 'cancelled' | 'failed';
  readonly moved: number;
  /** SQS's own word; only where it failed. */
  readonly failureReason?: string | undefined;
};

const intervalMs = 1_000;

/**
 * Has SQS move all messages of one queue to another, and yields how far it has come until it has ended; it goes on when nobody looks. Throws
 * a CommandError `MOVE_UNDER_WAY` where the queue is being emptied already.
 */
export async function* moveMessages(
  sqs: SQSClient,
  {
    sourceArn,
    destinationArn,
    perSecond,
  }: { readonly sourceArn: string; readonly destinationArn: string; readonly perSecond?: number | undefined },
): AsyncGenerator<MoveProgress, void, undefined> {
  try {
    await sqs.send(
      new StartMessageMoveTaskCommand({
        SourceArn: sourceArn,
        // Without it SQS stops at a message that was sent to the dead-letter queue straight.
        DestinationArn: destinationArn,
        MaxNumberOfMessagesPerSecond: perSecond,
      }),
    );
  } catch (error) {
    if (!(error instanceof UnsupportedOperation)) throw error;
    throw new CommandError(
      'MOVE_UNDER_WAY',
      'SQS is moving the messages of this dead-letter queue already; try again when it has ended.',
      { cause: error },
    );
  }
  for (;;) {
    const { Results: [newest] = [] } = await sqs.send(
      new ListMessageMoveTasksCommand({ SourceArn: sourceArn, MaxResults: 1 }),
    );
    const task = moveTask.parse(newest);
    yield {
      kind: kindOf(task.Status),
      moved: task.ApproximateNumberOfMessagesMoved,
      failureReason: task.FailureReason,
    };
    if (kindOf(task.Status) !== 'under-way') return;
    await delay(intervalMs);
  }
}

function kindOf(status: z.infer<typeof moveTask>['Status']): MoveProgress['kind'] {
  switch (status) {
    case 'RUNNING':
    case 'CANCELLING':
      return 'under-way';
    case 'COMPLETED':
      return 'completed';
    case 'CANCELLED':
      return 'cancelled';
    case 'FAILED':
      return 'failed';
  }
}
