import {
  GetItemCommand,
  UpdateItemCommand,
  DynamoDBClient,
  DynamoDBServiceException,
  type DynamoDBClientConfig,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { Reason } from '../core/record/reason.ts';
import { pictureRecord, type AnnouncedRecord, type FinalRecord } from '../core/record/record.ts';
import { fromAwsError } from './aws-error.ts';
import { lazily } from './lazily.ts';

type Claim =
  /** The picture is ours. `attempts` counts this take-up, too; `calls` are the calls of all before. */
  | { readonly kind: 'claimed'; readonly attempts: number; readonly calls: number }
  /** Somebody else has it until `untilMs`, epoch milliseconds. */
  | { readonly kind: 'taken'; readonly untilMs: number }
  /** It has its final record. */
  | { readonly kind: 'final' };

/** The most that writing a final record takes, its retries and what is read after them included: it was paid for, so DynamoDB is given long. */
export const recordTimeoutMs = 16_000;
/** The most that a claim or letting go takes: if it fails, nothing is lost. */
const requestTimeoutMs = 5_000;

export type ReadingsTable = ReturnType<typeof createReadingsTable>;

/** What decides who has the picture; every other attribute of a stored record is left unchecked. */
const storedClaim = z.pick(pictureRecord, {
  status: true,
  claimOwner: true,
  claimUntil: true,
  attempts: true,
  calls: true,
  readAt: true,
});

type StoredClaim = z.infer<typeof storedClaim>;

/**
 * The table's half of "nothing is paid for twice": every write is conditional on who has the picture.
 *
 *     absent ──claim──▶ PENDING, mine ──record──▶ final, for good
 *                        │       ▲
 *                      let go  claim, once claimUntil is over
 *                        ▼       │
 *                       PENDING, nobody's
 *
 * A reply can be lost after its effect, and the SDK then asks again: a failed condition of a claim or a record is therefore followed by a consistent read, and
 * what already is as it should be counts as done. Everything throws an OutsideError `DYNAMODB_…` where DynamoDB fails.
 */
export function createReadingsTable(tableName: string, config: DynamoDBClientConfig = {}) {
  const { update, get } = createItems(tableName, config);

  return {
    /** Takes the picture for `owner`, who must be unique for each take-up. */
    async claim(
      imageId: string,
      announced: AnnouncedRecord,
      claim: { readonly owner: string; readonly nowMs: number; readonly untilMs: number },
    ): Promise<Claim> {
      const signal = AbortSignal.timeout(requestTimeoutMs);
      const claimed = await update(imageId, signal, {
        set: { ...announced, status: 'PENDING', claimOwner: claim.owner, claimUntil: claim.untilMs },
        besides: 'REMOVE nextTryAt ADD attempts :one',
        condition: 'attribute_not_exists(imageId) OR (#status = :pending AND claimUntil < :now)',
        values: { ':one': 1, ':pending': 'PENDING', ':now': claim.nowMs },
        // Of a new picture that is nothing.
        returnValues: 'ALL_OLD',
      });
      if (claimed) {
        const { attempts = 0, calls = 0 } = claimed.before ?? {};
        return { kind: 'claimed', attempts: attempts + 1, calls };
      }
      const stored = await get(imageId, signal);
      if (!stored) return { kind: 'taken', untilMs: claim.nowMs };
      if (stored.status !== 'PENDING') return { kind: 'final' };
      if (stored.claimOwner === claim.owner)
        return { kind: 'claimed', attempts: stored.attempts ?? 0, calls: stored.calls ?? 0 };
      return { kind: 'taken', untilMs: stored.claimUntil ?? claim.nowMs };
    },

    /**
     * Writes the final record. `final-before`: somebody else had written one. `claim-lost`: the picture was somebody else's by then and is
     * not final yet.
     */
    async record(
      imageId: string,
      owner: string,
      final: FinalRecord,
      calls: number,
    ): Promise<'recorded' | 'final-before' | 'claim-lost'> {
      const signal = AbortSignal.timeout(recordTimeoutMs);
      const recorded = await update(imageId, signal, {
        set: { ...final, calls },
        besides: `REMOVE claimOwner, claimUntil, nextTryAt${final.reason ? '' : ', reason'}`,
        condition: 'claimOwner = :owner',
        values: { ':owner': owner },
      });
      if (recorded) return 'recorded';
      const stored = await get(imageId, signal);
      if (!stored || stored.status === 'PENDING') return 'claim-lost';
      return stored.readAt === final.readAt ? 'recorded' : 'final-before';
    },

    /** Gives the picture back unread, with the reason; nothing happens where it is somebody else's by now. */
    async release(
      imageId: string,
      owner: string,
      left: { readonly reason: Reason; readonly nextTryAt: string; readonly calls: number },
    ): Promise<void> {
      await update(imageId, AbortSignal.timeout(requestTimeoutMs), {
        set: { ...left, claimUntil: 0 },
        condition: 'claimOwner = :owner',
        values: { ':owner': owner },
      });
    },
  };
}

/** The table's items by their keys. Both throw an OutsideError `DYNAMODB_…` where DynamoDB fails. */
function createItems(tableName: string, config: DynamoDBClientConfig) {
  // More tries than the SDK's own: when the final record fails, a call was paid for nothing.
  const client = lazily(
    () =>
      new DynamoDBClient({
        maxAttempts: 5,
        requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
        ...config,
      }),
  );

  return { update, get };

  /** `before` is the record as it was, if that is asked for and there was one; undefined where the condition did not hold. */
  async function update(
    imageId: string,
    abortSignal: AbortSignal,
    change: {
      readonly set: Readonly<Record<string, unknown>>;
      /** What the expression says after `SET`. */
      readonly besides?: string;
      readonly condition: string;
      readonly values: Readonly<Record<string, unknown>>;
      readonly returnValues?: 'ALL_OLD';
    },
  ): Promise<{ readonly before: StoredClaim | undefined } | undefined> {
    const { setClause, attributeNames, valueNames } = setClauseOf(Object.keys(change.set));
    const values = Object.values(change.set);
    const valueEntries = valueNames.map((valueName, index) => [valueName, values[index]] as const);
    try {
      const { Attributes: item } = await client().send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: { imageId: { S: imageId } },
          UpdateExpression: change.besides ? `${setClause} ${change.besides}` : setClause,
          ConditionExpression: change.condition,
          ExpressionAttributeNames: attributeNames,
          ExpressionAttributeValues: marshall({ ...Object.fromEntries(valueEntries), ...change.values }),
          ReturnValues: change.returnValues,
        }),
        { abortSignal },
      );
      return { before: item && storedClaim.parse(unmarshall(item)) };
    } catch (error) {
      if (error instanceof DynamoDBServiceException && error.name === 'ConditionalCheckFailedException') {
        return undefined;
      }
      throw fromAwsError('DynamoDB', error);
    }
  }

  async function get(imageId: string, abortSignal: AbortSignal) {
    const { Item: item } = await client()
      .send(new GetItemCommand({ TableName: tableName, Key: marshall({ imageId }), ConsistentRead: true }), {
        abortSignal,
      })
      .catch((error: unknown) => {
        throw fromAwsError('DynamoDB', error);
      });
    return item && storedClaim.parse(unmarshall(item));
  }
}

type SetClause = {
  readonly setClause: string;
  /** Placeholders to names, since many of them are reserved words. */
  readonly attributeNames: Readonly<Record<string, string>>;
  /** In the order of the names. */
  readonly valueNames: readonly string[];
};

/** Few sets of attributes ever occur, so each clause is written once: written each time, it took 7 % of a warm picture's processor time. */
const setClauses = new Map<string, SetClause>();

function setClauseOf(names: readonly string[]): SetClause {
  const key = names.join();
  const known = setClauses.get(key);
  if (known) return known;
  const written = {
    setClause: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
    attributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    valueNames: names.map((name) => `:${name}`),
  };
  setClauses.set(key, written);
  return written;
}
