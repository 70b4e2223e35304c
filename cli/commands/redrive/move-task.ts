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

/** The progress of a message move task of SQS. */
type MoveProgress = {
  readonly kind: 'under-way' | 'completed' | 'cancelled' | 'failed';
  readonly moved: number;
  /** The reason that SQS gives; only if the task failed. */
  readonly failureReason?: string | undefined;
};

const intervalMs = 1_000;

/**
 * Starts a task of SQS that moves all messages of one queue to another, and yields its progress until it
 * ends. The task continues if the iteration stops. Throws a CommandError `MOVE_UNDER_WAY` if another task is
 * already moving them.
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
        // Without a destination SQS stops at a message that was sent to the dead-letter queue directly.
        DestinationArn: destinationArn,
        MaxNumberOfMessagesPerSecond: perSecond,
      }),
    );
  } catch (error) {
    if (!(error instanceof UnsupportedOperation)) throw error;
    throw new CommandError(
      'MOVE_UNDER_WAY',
      'SQS is already moving the messages of this dead-letter queue; try again when the move has ended.',
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
