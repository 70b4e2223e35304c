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
import {
  canStillBeRead,
  pictureRecord,
  type AnnouncedRecord,
  type FinalRecord,
} from '../core/record/record.ts';
import { fromAwsError } from './aws-error.ts';
import { lazily } from './lazily.ts';

/** The result of a claim. */
export type Claim =
  /** The picture is ours. `attempts` includes this one; `calls` and `readerCrashes` are of earlier ones. */
  | {
      readonly kind: 'claimed';
      readonly attempts: number;
      readonly calls: number;
      /** Present where earlier attempts crashed the built-in reader. */
      readonly readerCrashes?: number;
      /** Present where an earlier attempt recorded the picture as `UNAVAILABLE`. */
      readonly wasUnavailable?: true;
    }
  /** Another invocation has it until `untilMs`, epoch milliseconds. */
  | { readonly kind: 'taken'; readonly untilMs: number }
  /** The picture has its final record, and can never be read again. */
  | { readonly kind: 'final' };

/**
 * How long writing a final record can take, with retries and a read after them. The call is paid for, so
 * DynamoDB gets long.
 */
export const recordTimeoutMs = 16_000;
/** How long a claim or a release can take: if it fails, nothing is lost. */
const requestTimeoutMs = 5_000;
/** How long naming a crop can take. */
export const nameCropTimeoutMs = requestTimeoutMs;

/** What a release writes. */
type Waiting = {
  readonly reason: Reason;
  readonly nextTryAt: string;
  readonly calls: number;
  /** Written only where it is given. */
  readonly readerCrashes?: number;
};

export type ReadingsTable = ReturnType<typeof createReadingsTable>;

/** The attributes that decide who has the picture; the others are not checked. */
const storedClaim = z.pick(pictureRecord, {
  status: true,
  claimOwner: true,
  claimUntil: true,
  attempts: true,
  calls: true,
  readerCrashes: true,
  readAt: true,
});

type StoredClaim = z.infer<typeof storedClaim>;

/**
 * The table's part of "nothing is paid for twice": every write has a condition on who has the picture.
 *
 *     absent ──claim──▶ PENDING, mine ──record──▶ final, permanently; only UNAVAILABLE can be claimed
 *                        │        ▲
 *                      release  claim, after claimUntil
 *                        ▼        │
 *                       PENDING, free
 *
 * A reply can be lost after the write, and the SDK then writes again. So a consistent read follows each
 * failed condition of a claim or a record; if the item already has the wanted state, the write succeeded. All
 * methods throw an OutsideError `DYNAMODB_…` where DynamoDB fails.
 */
export function createReadingsTable(tableName: string, config: DynamoDBClientConfig = {}) {
  const { update, get } = createItems(tableName, config);

  return {
    /** Claims the picture for `owner`, which is unique for each attempt. */
    async claim(
      imageId: string,
      announced: AnnouncedRecord,
      claim: { readonly owner: string; readonly nowMs: number; readonly untilMs: number },
    ): Promise<Claim> {
      const signal = AbortSignal.timeout(requestTimeoutMs);
      const claimed = await update(imageId, signal, {
        set: { ...announced, status: 'PENDING', claimOwner: claim.owner, claimUntil: claim.untilMs },
        rest: 'REMOVE nextTryAt, readAt ADD attempts :one',
        condition: canBeClaimed,
        values: {
          ':one': 1,
          ':pending': 'PENDING',
          ':unavailable': 'UNAVAILABLE',
          ':now': claim.nowMs,
        },
        // A new picture has no old item.
        returnValues: 'ALL_OLD',
      });
      if (claimed) {
        const before = claimedWith(claimed.before ?? {});
        const wasUnavailable =
          claimed.before?.status === 'UNAVAILABLE' ? ({ wasUnavailable: true } as const) : {};
        return { ...before, attempts: before.attempts + 1, ...wasUnavailable };
      }
      const stored = await get(imageId, signal);
      if (!stored) return { kind: 'taken', untilMs: claim.nowMs };
      if (!canStillBeRead(stored.status)) return { kind: 'final' };
      if (stored.claimOwner === claim.owner) return claimedWith(stored);
      return { kind: 'taken', untilMs: stored.claimUntil ?? claim.nowMs };
    },

    /**
     * Writes the final record. `final-before`: another invocation had written one. `claim-lost`: another
     * invocation has the picture, and has not recorded it yet.
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
        rest: `REMOVE ${['claimOwner', 'claimUntil', 'nextTryAt', ...absentIn(final)].join(', ')}`,
        condition: 'claimOwner = :owner',
        values: { ':owner': owner },
      });
      if (recorded) return 'recorded';
      const stored = await get(imageId, signal);
      if (stored?.readAt === final.readAt) return 'recorded';
      return canStillBeRead(stored?.status) ? 'claim-lost' : 'final-before';
    },

    /** Releases the claim with the reason; does nothing where another invocation has the picture. */
    async release(imageId: string, owner: string, waiting: Waiting): Promise<void> {
      await update(imageId, AbortSignal.timeout(requestTimeoutMs), {
        set: { ...waiting, claimUntil: 0 },
        condition: 'claimOwner = :owner',
        values: { ':owner': owner },
      });
    },

    /** Adds the key of a crop to the final record of that moment; does nothing where that is gone. */
    async nameCrop(imageId: string, readAt: string, cropKey: string): Promise<void> {
      await update(imageId, AbortSignal.timeout(nameCropTimeoutMs), {
        set: { cropKey },
        condition: 'readAt = :readAt',
        values: { ':readAt': readAt },
      });
    },
  };
}

/** The condition of a claim. */
const canBeClaimed =
  'attribute_not_exists(imageId) OR (#status = :pending AND claimUntil < :now) OR #status = :unavailable';

/** What the claim or an earlier attempt can have written, and the final record does not have. */
function absentIn(final: FinalRecord): readonly string[] {
  return (['reason', 'capturedAtFault'] as const).filter((name) => final[name] === undefined);
}

function claimedWith({ attempts = 0, calls = 0, readerCrashes }: Partial<StoredClaim>) {
  return {
    kind: 'claimed',
    attempts,
    calls,
    ...(readerCrashes === undefined ? {} : { readerCrashes }),
  } as const;
}

/** Access to single items. Both functions throw an OutsideError `DYNAMODB_…` where DynamoDB fails. */
function createItems(tableName: string, config: DynamoDBClientConfig) {
  // More attempts than the SDK's default: if the final record fails, a call is paid for nothing.
  const client = lazily(
    () =>
      new DynamoDBClient({
        maxAttempts: 5,
        requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
        ...config,
      }),
  );

  return { update, get };

  /**
   * Returns undefined where the condition failed. `before` is the item before the write, if requested and
   * present.
   */
  async function update(
    imageId: string,
    abortSignal: AbortSignal,
    change: {
      readonly set: Readonly<Record<string, unknown>>;
      /** The rest of the expression, after `SET`. */
      readonly rest?: string;
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
          UpdateExpression: change.rest ? `${setClause} ${change.rest}` : setClause,
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
  /** Placeholders, since many attribute names are reserved words. */
  readonly attributeNames: Readonly<Record<string, string>>;
  /** In the order of the names. */
  readonly valueNames: readonly string[];
};

/**
 * Only few sets of attributes occur, so each clause is kept: building it each time took 7 % of a warm
 * picture's processor time.
 */
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
