import type { SQSEvent } from 'aws-lambda';

/** Writes each note of its queue into its log. */
export function handler({ Records }: SQSEvent): void {
  for (const { body } of Records) console.log(`${process.env['NOTE_PREFIX'] ?? ''}${body}`);
}
