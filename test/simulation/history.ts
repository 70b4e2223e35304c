import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Upload } from './upload.ts';

/** What can become of one picture in the built-in reader. */
export type ReadEnd = 'read' | 'crashed' | 'timed out' | 'model damaged' | 'not started';

/** What the endpoint answered. `trouble`: nothing about the picture or the credentials. */
export type Answer = 'plates' | 'no-plate' | 'unreadable' | 'rejected' | 'refused' | 'trouble';

type Reported = {
  readonly kind: 'reported';
  readonly invocation: string;
  readonly messageId: string;
  /** A picture's outcome, or the result of the message. */
  readonly result: string;
  /** The metric that counts the outcome of a picture. */
  readonly metric?: string;
  readonly imageId?: string;
  readonly reason?: { readonly code: string; readonly message: string };
  /** All texts that a log could show, without the plates of an outcome, which the log leaves out. */
  readonly texts: readonly string[];
  readonly comesBackAfterSeconds?: number;
};

/** One thing that happened outside the code under test, or that it reported. */
export type Fact =
  | { readonly kind: 'weather'; readonly what: string }
  | { readonly kind: 'uploaded'; readonly upload: Upload }
  | { readonly kind: 'removed'; readonly imageId: string }
  | {
      readonly kind: 'sent';
      readonly messageId: string;
      readonly imageIds: readonly string[];
      /** Whether something in it is no S3 notification. */
      readonly bad: boolean;
      readonly form: string;
    }
  | {
      readonly kind: 'received';
      readonly invocation: string;
      readonly messages: readonly { readonly messageId: string; readonly receiveCount: number }[];
    }
  | {
      readonly kind: 'requested';
      readonly invocation: string;
      readonly system: string;
      readonly operation: string;
      /** The picture that a request to the table is about. */
      readonly imageId?: string;
      readonly status: number;
      readonly fault?: string;
    }
  | {
      readonly kind: 'written';
      readonly imageId: string;
      readonly item: Readonly<Record<string, AttributeValue>>;
    }
  | {
      readonly kind: 'counted';
      readonly day: string;
      readonly camera: string;
      /** All counters of that day and camera. */
      readonly item: Readonly<Record<string, AttributeValue>>;
    }
  | { readonly kind: 'uncounted'; readonly invocation: string; readonly texts: readonly string[] }
  /** The caps on calls from now on. */
  | { readonly kind: 'capped'; readonly perDay: number; readonly perMonth: number }
  | {
      readonly kind: 'called';
      readonly invocation: string;
      readonly call: number;
      readonly imageId: string;
      /** Tells the keys of one reading from those of another, even where both have the same text. */
      readonly keysNumber: number;
    }
  | {
      readonly kind: 'answered';
      readonly invocation: string;
      readonly call: number;
      readonly imageId: string;
      readonly answer: Answer;
      /** Two where the connection broke and the request was sent again. */
      readonly calls: number;
      readonly detail: string;
    }
  | {
      readonly kind: 'read';
      readonly invocation: string;
      readonly imageId: string;
      readonly end: ReadEnd;
    }
  | Reported
  | { readonly kind: 'died'; readonly invocation: string; readonly how: string }
  | { readonly kind: 'threw'; readonly invocation: string; readonly error: string }
  | { readonly kind: 'finished'; readonly invocation: string; readonly failures: readonly string[] }
  | { readonly kind: 'acknowledged'; readonly messageId: string }
  | {
      readonly kind: 'dead-lettered';
      readonly messageId: string;
      readonly how: 'parked' | 'received too often';
    };

export type DatedFact = { readonly atMs: number; readonly fact: Fact };

/** A history as lines for people: the time since its start, and what happened. */
export function describeHistory(history: readonly DatedFact[]): string {
  const startMs = history[0]?.atMs ?? 0;
  return history.map(({ atMs, fact }) => `${describeTime(atMs - startMs)}  ${describeFact(fact)}`).join('\n');
}

function describeTime(sinceStartMs: number): string {
  const pad = (value: number, length: number) => String(value).padStart(length, '0');
  const seconds = Math.floor(sinceStartMs / 1000);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${clock.map((value) => pad(value, 2)).join(':')}.${pad(sinceStartMs % 1000, 3)}`;
}

function describeFact(fact: Fact): string {
  switch (fact.kind) {
    case 'weather':
      return `-- ${fact.what}`;
    case 'uploaded':
      return `camera uploads ${fact.upload.imageId} (${fact.upload.content})`;
    case 'removed':
      return `bucket no longer has the bytes of ${fact.imageId}`;
    case 'sent':
      return `queue gets ${fact.messageId} (${fact.form}${fact.bad ? ', bad' : ''}): ${fact.imageIds.join(' ') || 'no picture'}`;
    case 'received':
      return `${fact.invocation} begins with ${fact.messages.map(({ messageId, receiveCount }) => `${messageId} (receive ${receiveCount})`).join(', ')}`;
    case 'requested':
      return `${fact.invocation} ${fact.system} ${fact.operation}${fact.imageId === undefined ? '' : ` ${fact.imageId}`}: ${fact.status}${fact.fault === undefined ? '' : ` (${fact.fault})`}`;
    case 'written':
      return `table has ${JSON.stringify(fact.item)}`;
    case 'counted':
      return `usage has ${JSON.stringify(fact.item)}`;
    case 'uncounted':
      return `${fact.invocation} reports that usage may not be counted`;
    case 'capped':
      return `-- at most ${fact.perDay} calls a day and ${fact.perMonth} a month`;
    case 'called':
      return `${fact.invocation} calls the endpoint for ${fact.imageId} (call ${fact.call})`;
    case 'answered':
      return `${fact.invocation} gets from the endpoint: ${fact.answer}, ${fact.detail} (call ${fact.call})`;
    case 'read':
      return `${fact.invocation} reads ${fact.imageId} itself: ${fact.end}`;
    case 'reported':
      return `${fact.invocation} reports ${fact.imageId ?? fact.messageId}: ${fact.result}${fact.reason ? ` ${fact.reason.code}` : ''}${fact.comesBackAfterSeconds === undefined ? '' : `, back after ${fact.comesBackAfterSeconds} s`}`;
    case 'died':
      return `${fact.invocation} is ${fact.how}`;
    case 'threw':
      return `${fact.invocation} throws ${fact.error}`;
    case 'finished':
      return `${fact.invocation} ends; back to the queue: ${fact.failures.join(', ') || 'nothing'}`;
    case 'acknowledged':
      return `queue forgets ${fact.messageId}`;
    case 'dead-lettered':
      return `dead-letter queue gets ${fact.messageId}: ${fact.how}`;
  }
}
